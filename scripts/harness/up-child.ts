/** `signalwright` from the sources: what the bin does, without the build that may be older than they are. */

import { main } from 'signalwright';

process.exitCode = await main(process.argv.slice(2));
