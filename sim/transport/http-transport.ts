/** Makes the {@link HttpClient} that a run asks for. */
import { type HttpClient, type HttpClientOptions, type HttpSurroundings } from './http-client.ts';
import { type HttpTransport } from './http-transport-name.ts';
import { NetHttpClient } from './net-http-client.ts';
import { UndiciHttpClient } from './undici-http-client.ts';

/** @throws as the constructors: for options that configuration should have refused. */
export function createHttpClient(
  transport: HttpTransport,
  options: HttpClientOptions,
  timeoutMs: number,
  surroundings?: HttpSurroundings,
): HttpClient {
  switch (transport) {
    case 'net':
      return new NetHttpClient(options, timeoutMs, surroundings);
    case 'undici':
      return new UndiciHttpClient(options, timeoutMs, surroundings);
    default:
      return transport satisfies never;
  }
}
