/** What each process of a reference DM Server gets of the whole. */
import { segment } from '../fleet/segment.ts';
import { type ServerProcessOptions } from './server-config.ts';
import { UsageError } from './exit-code.ts';

/** Options of the whole server. */
export interface ServerOptions extends Omit<ServerProcessOptions, 'publicUrl' | 'member'> {
  /** One a process, or none. */
  readonly publicUrls?: readonly string[];
}

const HIGHEST_PORT = 65_535;

/**
 * Ports count up from the given one, 0 stays 0; concurrency and queue are shared out, so that the whole has the capacity
 * asked for.
 * @throws UsageError when there is less of something than there are processes
 */
export function shareServer(whole: ServerOptions, count: number): readonly ServerProcessOptions[] {
  const { publicUrls, port = 0, concurrency, maxQueue, ...common } = whole;
  if (publicUrls !== undefined && publicUrls.length !== count)
    throw new UsageError(
      `--public-url: expected ${count}, one for each process, separated by commas; found ${publicUrls.length}`,
    );
  if (concurrency !== undefined && concurrency < count)
    throw new UsageError(
      `--concurrency: expected at least ${count}, one for each process, found ${concurrency}`,
    );
  if (port + count - 1 > HIGHEST_PORT)
    throw new UsageError(
      `--port: expected ${count} ports from ${port} on, there are none above ${HIGHEST_PORT}`,
    );
  return Array.from({ length: count }, (_, index) => {
    const publicUrl = publicUrls?.[index];
    return {
      ...common,
      port: port === 0 ? 0 : port + index,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(concurrency === undefined ? {} : { concurrency: part(index, count, concurrency) }),
      ...(maxQueue === undefined ? {} : { maxQueue: part(index, count, maxQueue) }),
      ...(count === 1 ? {} : { member: { index, count } }),
    };
  });
}

function part(index: number, count: number, size: number): number {
  const { first, end } = segment(index, count, size);
  return end - first;
}
