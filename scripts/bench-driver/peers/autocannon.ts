import autocannon from 'autocannon';

// Arguments: URL, connections, seconds. Whoever started this counts the requests at the server.
const [url = '', connections = '1', durationSec = '1'] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
await autocannon({ url, connections: Number(connections), duration: Number(durationSec) });
