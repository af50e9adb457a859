/** What the clock wakes: one sweep per run, named by its schedule. */
import { wake } from '../shared/clocks.ts';
import { sweepSettings } from '../shared/config.ts';
import { guarded } from '../shared/guarded.ts';
import { servicesFrom } from '../shared/services.ts';

const services = servicesFrom(sweepSettings(process.env));

export const handler = guarded('sweep', async ({ sweep }: { readonly sweep: string }) => ({
  found: await wake(sweep, services),
}));
