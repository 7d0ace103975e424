/** An {@link HttpClient} that answers by a script instead of a network. */
import { type HttpFailure } from '../../device/effect.ts';
import {
  type HttpClient,
  type HttpConnections,
  type HttpFailed,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  type ResponseHeaders,
} from '../http-client.ts';

/** `undefined`: never answered. */
export type Answer = HttpOutcome | undefined;

export type Script = (request: HttpRequest, number: number) => Answer | Promise<Answer>;

export class ScriptedHttp implements HttpClient {
  readonly answered = true;
  readonly requests: HttpRequest[] = [];
  /** Sets of connections opened and not closed. */
  stillOpen = 0;
  opened = 0;
  broken = 0;
  private readonly script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  open(): HttpConnections {
    this.stillOpen++;
    this.opened++;
    let closed = false;
    let connected = false;
    let end: () => void = () => undefined;
    const closing = new Promise<HttpOutcome>((resolve) => {
      end = () => resolve(failure('connection_closed'));
    });
    return {
      exchange: async (request) => {
        if (closed) return { ...failure('connection_closed'), sent: false };
        connected = true;
        this.requests.push(request);
        const scripted = this.script(request, this.requests.length - 1);
        const unsent = scripted !== undefined && 'ok' in scripted && !scripted.ok && !scripted.sent;
        if (!unsent) request.listener?.requestSent();
        const answer = Promise.resolve(scripted);
        return Promise.race([answer.then((outcome) => outcome ?? closing), closing]);
      },
      connectedTo: () => connected,
      break: () => {
        connected = false;
        this.broken++;
      },
      close: () => {
        if (!closed) this.stillOpen--;
        closed = true;
        end();
      },
    };
  }
}

/** A response; its turnaround is 7 ms. */
export function response(status: number, body = '', headers: ResponseHeaders = {}): HttpResponse {
  const type = headers['content-type'];
  return {
    ok: true,
    status,
    contentType: typeof type === 'string' ? type : '',
    headers,
    body,
    bytes: body.length,
    turnaroundMs: 7,
    connectMs: undefined,
  };
}

export function failure(reason: HttpFailure): HttpFailed {
  return { ok: false, failure: reason, detail: `test: ${reason}`, sent: true, connectMs: undefined };
}
