/** Starts reference servers for a test file and ends them behind it. */
import { afterEach } from 'vitest';
import { type ReferenceServer, type ReferenceServerOptions, startServer } from '../reference-server.ts';
import { campaignOf, GET_THEN_END } from './campaign-text.ts';

export type Starter = (
  options?: Partial<ReferenceServerOptions> & { readonly yaml?: string },
) => Promise<ReferenceServer>;

/** To be called once at the top of a test file. */
export function servers(): Starter {
  const running: ReferenceServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });
  return async ({ yaml = GET_THEN_END, ...options } = {}) => {
    const server = await startServer({ seed: 7, campaign: campaignOf(yaml), ...options });
    running.push(server);
    return server;
  };
}
