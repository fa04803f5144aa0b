import { dirname } from 'node:path';
import { discoverServers, type Server } from '../../servers/launch/discover.ts';

/** The server that answers with constants, as calibration and the comparison of drivers start it. */
export const nullServer = discoverServers(dirname(import.meta.dirname)).get('null-server') as Server;
