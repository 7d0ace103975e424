/** The Data Repository (CR 6.2 steps 3b and 3c): what HGET fetches, and what HPUT, HPOST and SUB leave. */
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { describeFault } from '../protocol/fault.ts';
import { acceptsMediaType, HEADER, isJsonMediaType, MEDIA_TYPE } from '../protocol/media-type.ts';
import { decodeMo } from '../protocol/mo.ts';
import { answer, answerText, collectBody, printable, type RawHeaders, RETRY_AFTER } from './http-answer.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type RepositoryMethod } from './ledger.ts';
import { fillTemplate } from './package-template.ts';
import { type PeerRule } from './peer-violation.ts';
import { type Resource } from './plan.ts';
import { type ServiceStation } from './service-station.ts';

/** A device's whole tree is far below this. */
const LARGEST_UPLOAD_BYTES = 8_388_608;
/** Uploads kept for a later GET of the same path and query; the oldest go first. */
const MOST_KEPT_BYTES = 33_554_432;
const TAKEN_TYPES: RawHeaders = [HEADER.accept, `${MEDIA_TYPE.mo}, ${MEDIA_TYPE.json}`];

export interface DataRepositoryParts {
  readonly resources: readonly Resource[];
  readonly book: LedgerBook;
  readonly station: ServiceStation;
  /** Public base URL of the server, without slash at the end. */
  readonly base: string;
}

interface Served {
  readonly mediaType: string;
  readonly body: Buffer;
}

/**
 * `GET /repository/<path>` serves the campaign's resource of that path, or else what was last put to the same path and
 * query. `PUT` and `POST` take any path below `/repository/`, check that the body is an MO serialization, and answer
 * 204. Every answered request is counted, whatever its code.
 */
export class DataRepository {
  private readonly parts: DataRepositoryParts;
  private readonly resources: ReadonlyMap<string, Served>;
  private readonly kept = new Map<string, Served>();
  private keptBytes = 0;

  constructor(parts: DataRepositoryParts) {
    this.parts = parts;
    this.resources = new Map(
      parts.resources.map(({ path, mediaType, body }) => [
        path,
        { mediaType, body: Buffer.from(filled(body, parts.base)) },
      ]),
    );
  }

  /** Answers a request below `/repository/`. */
  exchange(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { method } = request;
    if (method === 'GET') {
      if (!this.parts.station.admits('repository'))
        this.refuse(response, 'GET', 0, 503, undefined, FULL, RETRY_AFTER);
      else this.parts.station.serve('repository', () => this.fetch(request, response, path));
    } else if (method === 'PUT' || method === 'POST')
      collectBody(request, LARGEST_UPLOAD_BYTES, (body) => {
        if (!this.parts.station.admits('repository'))
          this.refuse(response, method, body?.length ?? 0, 503, undefined, FULL, RETRY_AFTER);
        else this.parts.station.serve('repository', () => this.store(request, response, method, path, body));
      });
    else answerText(response, 405, 'expected GET, PUT or POST', ['Allow', 'GET, PUT, POST']);
  }

  private fetch(request: IncomingMessage, response: ServerResponse, path: string): void {
    const question = path.indexOf('?');
    const served = this.resources.get(question < 0 ? path : path.slice(0, question)) ?? this.kept.get(path);
    if (served === undefined) {
      this.refuse(response, 'GET', 0, 404, undefined, 'nothing is kept here');
      return;
    }
    if (!acceptsMediaType(request.headers.accept ?? '', served.mediaType)) {
      this.refuse(response, 'GET', 0, 406, undefined, `offered ${served.mediaType}`);
      return;
    }
    answer(response, 200, served.mediaType, served.body);
    this.parts.book.transfer('GET', served.body.length);
  }

  private store(
    request: IncomingMessage,
    response: ServerResponse,
    method: 'PUT' | 'POST',
    path: string,
    body: Buffer | undefined,
  ): void {
    const { headers } = request;
    if (body === undefined) {
      const text = `expected at most ${LARGEST_UPLOAD_BYTES} bytes`;
      this.refuse(response, method, 0, 413, 'repository.too_large', text, ['Connection', 'close']);
      return;
    }
    const type = headers['content-type'] ?? '';
    if (!isJsonMediaType(type) || (headers['content-encoding'] ?? 'identity') !== 'identity') {
      const text = `Content-Type: found ${printable(type)}`;
      this.refuse(response, method, body.length, 415, 'repository.media_type', text, TAKEN_TYPES);
      return;
    }
    const data = isUtf8(body) ? decodeMo(body.toString('utf8')) : undefined;
    if (data?.ok !== true) {
      const text = `${method}: ${data === undefined ? 'expected UTF-8' : describeFault(data.fault)}`;
      this.refuse(response, method, body.length, 400, 'repository.malformed_mo', text);
      return;
    }
    this.keep(path, { mediaType: type, body });
    response.writeHead(204);
    response.end();
    this.parts.book.transfer(method, body.length);
  }

  private keep(path: string, served: Served): void {
    const before = this.kept.get(path);
    if (before !== undefined) this.forget(path, before);
    const bytes = footprint(path, served);
    if (bytes > MOST_KEPT_BYTES) return;
    this.kept.set(path, served);
    this.keptBytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.keptBytes <= MOST_KEPT_BYTES) break;
      this.forget(oldest, entry);
    }
  }

  private forget(path: string, served: Served): void {
    this.kept.delete(path);
    this.keptBytes -= footprint(path, served);
  }

  /** @param received bytes of the request's body */
  private refuse(
    response: ServerResponse,
    method: RepositoryMethod,
    received: number,
    status: number,
    rule: PeerRule | undefined,
    text: string,
    headers?: RawHeaders,
  ): void {
    if (rule !== undefined) this.parts.book.violation(rule, () => text);
    const sent = answerText(response, status, text, headers);
    this.parts.book.transfer(method, method === 'GET' ? sent : received);
  }
}

const FULL = 'the queue is full';
/** What a kept upload costs besides its bytes, about. */
const OVERHEAD_BYTES = 300;

function footprint(path: string, { body }: Served): number {
  return body.length + 2 * path.length + OVERHEAD_BYTES;
}

/** @throws RangeError for a body that a checked campaign cannot have */
function filled(body: string, base: string): string {
  const text = fillTemplate(body, base);
  if (!text.ok) throw new RangeError('unchecked campaign: a template in a resource');
  return text.value;
}
