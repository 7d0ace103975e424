/** undici as a load generator: one client a connection, each in a closed loop of the same POST, nothing done with answers. */
import { Client } from 'undici';

export interface UndiciLoad {
  readonly origin: string;
  readonly path: string;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function startUndiciPeer({ origin, path, connections, headers, body }: UndiciLoad): void {
  for (let i = 0; i < connections; i++) {
    const client = new Client(origin, { pipelining: 1 });
    const again = (): void => {
      client.dispatch(
        { method: 'POST', path, headers, body },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: () => undefined,
          onResponseEnd: again,
          // A benchmark whose peer loses requests says nothing: it ends loudly.
          onResponseError: (_, error) => {
            throw error;
          },
        },
      );
    };
    again();
  }
}
