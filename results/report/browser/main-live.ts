import { enhance } from './enhance.ts';
import { startLive } from './live.ts';
import { startPage } from './start-page.ts';

startPage(() => startLive(enhance));
