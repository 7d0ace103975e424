/** Makes the {@link HttpClient} that a run asks for. */
import { type Clock } from './clock.ts';
import { type HttpClient, type HttpClientOptions } from './http-client.ts';
import { type HttpTransport } from './http-transport-name.ts';
import { NetHttpClient } from './net-http-client.ts';
import { UndiciHttpClient } from './undici-http-client.ts';

/** @throws as the constructors: for options that configuration should have refused. */
export function createHttpClient(
  transport: HttpTransport,
  options: HttpClientOptions,
  timeoutMs: number,
  clock?: Clock,
): HttpClient {
  switch (transport) {
    case 'net':
      return new NetHttpClient(options, timeoutMs, clock);
    case 'undici':
      return new UndiciHttpClient(options, timeoutMs, clock);
    default:
      return transport satisfies never;
  }
}
