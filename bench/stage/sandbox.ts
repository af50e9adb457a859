/** One function in a process of its own, as Lambda runs it: an event at a time. */
import { createRequire } from 'node:module';
import * as z from 'zod/mini';
import { begin, end, options } from './within.ts';

const invoked = z.object({ invocation: z.number(), event: z.unknown() });
const loaded = z.object({ handler: z.custom<(event: unknown) => Promise<unknown>>((it) => typeof it === 'function') });

function used(): { readonly rss: number; readonly cpu: number } {
  const { user, system } = process.cpuUsage();
  return { rss: process.memoryUsage.rss(), cpu: (user + system) / 1e6 };
}

const { handler } = loaded.parse(createRequire(options.bundle)(options.bundle));

process.on('message', (message) => {
  const { invocation, event } = invoked.parse(message);
  begin();
  handler(event).then(
    (result) => {
      end();
      process.send?.({ invocation, result, ...used() });
    },
    (error: unknown) => {
      end();
      process.send?.({ invocation, error: String(error), ...used() });
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true, ...used() });
