/** What a page says to the swarm, checked: it comes from a browser, or from whoever else can reach the port. */
import { z } from 'zod';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type PageMessage } from './feed-message.ts';

export const LONGEST_MESSAGE = 4_096;

/** `devices`: how many the fleet has. */
export function decodePageMessage(text: string, devices: number): Result<PageMessage> {
  if (text.length > LONGEST_MESSAGE)
    return fail('too_long', 'message', `${text.length} characters`, `at most ${LONGEST_MESSAGE} characters`);
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return fail('invalid_json', 'message', text, 'JSON');
  }
  const parsed = FORM.safeParse(message);
  if (!parsed.success)
    return fail('malformed', 'message', text, '{"kind": "inspect" or "follow", "device": a number or null}');
  const { device } = parsed.data;
  if (device !== null && device >= devices)
    return fail('no_such_device', 'device', device, `a device from 0 to ${devices - 1}`);
  return ok(parsed.data);
}

const FORM: z.ZodType<PageMessage> = z.strictObject({
  kind: z.enum(['inspect', 'follow']),
  device: z.int().nonnegative().nullable(),
});
