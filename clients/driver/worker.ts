import { clientTransports } from '../transports/index.ts';
import { serveWorker } from './serve-worker.ts';

serveWorker(clientTransports);
