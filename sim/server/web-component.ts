/** The Web Server Component behind SHOW (CR 6.2 step 3a): UI Sessions of several pages, held together by a cookie. */
import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { essenceOf } from '../protocol/media-type.ts';
import { answer, answerText, collectBody, type RawHeaders, RETRY_AFTER } from './http-answer.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type PeerRule } from './peer-violation.ts';
import { type ServiceStation } from './service-station.ts';
import { DECLINED_PAGE, DETAILS_PAGE, DONE_PAGE, NOTICE_PAGE, QUESTION_PAGE } from './web-pages.ts';

const HTML = 'text/html; charset=utf-8';
const FORM = 'application/x-www-form-urlencoded';
const COOKIE = 'uisession';
const LARGEST_FORM_BYTES = 65_536;
/** UI Sessions remembered; the oldest are forgotten first, and stay counted as they are. */
const MOST_UI_SESSIONS = 100_000;

/** UI Sessions of one start page: a SHOW of the same URI begins another of them. */
interface UiVisits {
  /** Final pages served for which no alert has come. */
  finals: number;
}

export interface WebComponentParts {
  readonly book: LedgerBook;
  readonly station: ServiceStation;
  /** Public base URL of the server, without slash at the end. */
  readonly base: string;
  readonly seed: number;
}

/**
 * Pages:
 * - `GET /ui/consent?…` question → `POST /ui/consent/answer` → (303) `GET /ui/consent/details` → `POST
 *   /ui/consent/details` → end; declining leads to `GET /ui/consent/declined`;
 * - `GET /ui/notice?…`: one page with nothing to go on with.
 *
 * The query of a first page tells UI Sessions apart (`?device={{devId}}&session={{session}}`).
 */
export class WebComponent {
  private readonly parts: WebComponentParts;
  private readonly secure: string;
  private readonly visits = new Map<string, UiVisits>();

  constructor(parts: WebComponentParts) {
    this.parts = parts;
    this.secure = parts.base.startsWith('https:') ? '; Secure' : '';
  }

  /** Answers a request below `/ui/`. */
  exchange(request: IncomingMessage, response: ServerResponse, path: string): void {
    if (!this.parts.station.admits('ui')) {
      request.resume();
      answerText(response, 503, 'the queue is full', RETRY_AFTER);
    } else if (request.method === 'GET')
      this.parts.station.serve('ui', () => this.show(request, response, path));
    else if (request.method === 'POST')
      collectBody(request, LARGEST_FORM_BYTES, (body) => {
        this.parts.station.serve('ui', () => this.submit(request, response, path, body));
      });
    else answerText(response, 405, 'expected GET or POST', ['Allow', 'GET, POST']);
  }

  /**
   * Takes note of a UISessionDone alert.
   * @returns false when its outcome is none
   */
  ended(sourceUri: string, outcome: unknown): boolean {
    if (outcome !== 'done' && outcome !== 'abandoned' && outcome !== 'timedOut') return false;
    const { book, base } = this.parts;
    book.uiAlerted[outcome] += 1;
    // What the alert says takes the place of what the final page seemed to say.
    const token = this.token(sourceUri.startsWith(base) ? sourceUri.slice(base.length) : sourceUri);
    const visits = this.visits.get(token);
    if (visits !== undefined) {
      if (visits.finals > 0) book.uiFinalPages -= 1;
      if (visits.finals <= 1) this.visits.delete(token);
      else visits.finals -= 1;
    }
    return true;
  }

  private show(request: IncomingMessage, response: ServerResponse, path: string): void {
    switch (pathOf(path)) {
      case '/ui/consent':
        answer(response, 200, HTML, QUESTION_PAGE, this.begin(path));
        return;
      case '/ui/notice':
        answer(response, 200, HTML, NOTICE_PAGE, this.begin(path));
        this.final(this.token(path));
        return;
      case '/ui/consent/details':
        if (this.visit(request, response) !== undefined) answer(response, 200, HTML, DETAILS_PAGE);
        return;
      case '/ui/consent/declined':
        this.finish(request, response, DECLINED_PAGE);
        return;
      default:
        answerText(response, 404, 'no such page');
    }
  }

  private submit(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    body: Buffer | undefined,
  ): void {
    const form = FORMS[pathOf(path)];
    if (form === undefined) answerText(response, 404, 'no such form');
    else if (body === undefined) this.refuse(response, 413, 'ui.too_large', 'a form this large', CLOSE);
    else if (essenceOf(request.headers['content-type'] ?? '') !== FORM)
      this.refuse(response, 415, 'ui.media_type', `Content-Type: expected ${FORM}`);
    else {
      const fields = new URLSearchParams(body.toString('utf8'));
      const missing = form.fields.find((field) => !fields.has(field));
      const decision = fields.get('decision');
      if (fields.get('form') !== form.name || missing !== undefined)
        this.refuse(response, 400, 'ui.fields', `${form.name}: expected field ${missing ?? 'form'}`);
      else if (form.name === 'details') this.finish(request, response, DONE_PAGE);
      else if (decision === 'decline') this.finish(request, response, DECLINED_PAGE);
      else if (decision !== 'accept')
        this.refuse(response, 400, 'ui.fields', 'question: expected decision to be accept or decline');
      else if (this.visit(request, response) !== undefined) {
        response.writeHead(303, ['Location', '/ui/consent/details', 'Content-Length', '0']);
        response.end();
      }
    }
  }

  /** A UI Session begins; its cookie follows from its URI, so that runs with the same seed look alike. */
  private begin(path: string): RawHeaders {
    const token = this.token(path);
    this.parts.book.uiStarted += 1;
    const known = this.visits.get(token);
    this.visits.delete(token);
    this.visits.set(token, known ?? { finals: 0 });
    if (this.visits.size > MOST_UI_SESSIONS) {
      const [oldest] = this.visits.keys();
      if (oldest !== undefined) this.visits.delete(oldest);
    }
    return ['Set-Cookie', `${COOKIE}=${token}; Path=/ui; HttpOnly; SameSite=Lax${this.secure}`];
  }

  private finish(request: IncomingMessage, response: ServerResponse, page: Buffer): void {
    const token = this.visit(request, response);
    if (token === undefined) return;
    answer(response, 200, HTML, page);
    this.final(token);
  }

  private final(token: string): void {
    const visits = this.visits.get(token);
    if (visits === undefined) return;
    visits.finals += 1;
    this.parts.book.uiFinalPages += 1;
  }

  /** The token of the request's UI Session; refuses the request when its cookie did not come back. */
  private visit(request: IncomingMessage, response: ServerResponse): string | undefined {
    const token = /(?:^|; ?)uisession=([0-9a-f]{32})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
    if (token !== undefined && this.visits.has(token)) return token;
    this.refuse(response, 403, 'ui.cookie', `expected the cookie ${COOKIE} of a UI Session`);
    return undefined;
  }

  private token(path: string): string {
    const hash = createHash('sha256').update(`${this.parts.seed} ${path}`);
    return hash.digest('hex').slice(0, 32);
  }

  private refuse(
    response: ServerResponse,
    status: number,
    rule: PeerRule,
    text: string,
    headers?: RawHeaders,
  ): void {
    this.parts.book.violation(rule, () => text);
    answerText(response, status, text, headers);
  }
}

const CLOSE: RawHeaders = ['Connection', 'close'];

/** Forms and the fields a browser sends for them whatever the user does. */
const FORMS: Readonly<Record<string, { readonly name: string; readonly fields: readonly string[] }>> = {
  '/ui/consent/answer': { name: 'question', fields: ['form', 'when', 'decision'] },
  '/ui/consent/details': { name: 'details', fields: ['form', 'language', 'label'] },
};

function pathOf(path: string): string {
  const question = path.indexOf('?');
  return question < 0 ? path : path.slice(0, question);
}
