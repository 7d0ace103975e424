/** What devices have left in a reference server's Data Repository. */
import { type Campaign } from '../../../sim/server/campaign.ts';
import { type ReferenceServer } from '../../../sim/server/reference-server.ts';

const SENDS = ['HPUT', 'HPOST', 'SUB'];
const MOST_SESSIONS = 4;

/**
 * The bytes kept under every path that the campaign has these devices send data to; paths that were not used are left
 * out.
 */
export async function uploadsOf(
  { url }: ReferenceServer,
  { plans, reports }: Campaign,
  devIds: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const templates = new Set<string>();
  for (const { steps } of [...plans, ...reports])
    for (const { commands } of steps)
      for (const [name = '', uri = ''] of commands) if (SENDS.includes(name)) templates.add(uri);
  const kept: Record<string, string> = {};
  for (const template of templates)
    for (const devId of devIds)
      for (let session = 1; session <= MOST_SESSIONS; session++) {
        const path = template
          .replace('{{server}}', '')
          .replaceAll('{{devId}}', encodeURIComponent(devId))
          .replaceAll('{{session}}', String(session));
        if (path in kept) continue;
        const response = await fetch(`${url}${path}`, { headers: { Accept: '*/*' } });
        const body = await response.text();
        if (response.status === 200) kept[path] = body;
      }
  return kept;
}
