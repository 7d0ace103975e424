/** Reads one final response from the bytes of a connection, within its bounds; a pool keeps parsers for the next. */
import { type HttpFailure } from '../device/effect.ts';
import { type ResponseHeaders } from './http-client.ts';
import {
  GO_ON,
  NO_BODY,
  STOP,
  type Answer,
  type Llhttp,
  type MessageSink,
  type ParserPointer,
} from './llhttp.ts';

/** What a read has come to. */
export type ReadVerdict =
  | 'incomplete'
  | 'complete'
  | Extract<HttpFailure, 'response_malformed' | 'headers_too_large' | 'body_too_large'>;

/** Names and values of a header or trailer section together, in bytes. */
export const HEADER_BYTES = 16_384;
/** As much of a read is turned into text at once; heads hardly ever are longer. */
const WINDOW_BYTES = 2_048;
/** Names met so often that looking them up is cheaper than lowering their case; servers cannot make it grow. */
const KNOWN_NAMES = 256;
const MOST_IDLE = 64;

/**
 * Interim responses (1xx) are skipped, one that switches protocols is malformed: nobody asked for it. 204 and 304 have
 * no body, whatever their Content-Length says (RFC 9112, 6.3).
 */
export class ResponseParser implements MessageSink {
  status = 0;
  headers: ResponseHeaders = {};
  /** The body, in parts, where it is kept; good until the next read or {@link ResponseParsers.give}. */
  readonly parts: Buffer[] = [];
  /** Body bytes received. */
  bytes = 0;
  /** After `complete`: whether the connection may carry another exchange. */
  reusable = false;
  private readonly llhttp: Llhttp;
  private readonly names: Map<string, string>;
  private readonly pointer: ParserPointer;
  private maxBodyBytes = 0;
  private keepBody = false;
  private verdict: ReadVerdict = 'incomplete';
  private fields: Record<string, string | string[]> = {};
  private name = '';
  private value = '';
  private inValue = false;
  private fieldBytes = 0;
  /** The final head is complete: further fields are trailers. */
  private headDone = false;
  private window = '';
  private readBytes = 0;
  private ownedParts = 0;

  constructor(llhttp: Llhttp, names: Map<string, string>) {
    this.llhttp = llhttp;
    this.names = names;
    this.pointer = llhttp.allocate();
  }

  /** Prepares for a response with these bounds. */
  begin(maxBodyBytes: number, keepBody: boolean): void {
    this.maxBodyBytes = maxBodyBytes;
    this.keepBody = keepBody;
    this.llhttp.reset(this.pointer);
    this.verdict = 'incomplete';
    this.status = 0;
    this.bytes = 0;
    this.reusable = false;
    this.headDone = false;
    this.startFields();
  }

  /** Forgets the response. */
  clear(): void {
    this.parts.length = 0;
    this.ownedParts = 0;
    this.headers = {};
    this.fields = {};
    this.window = '';
  }

  /** Takes the first `length` bytes of the shared input. Not to be called again after another verdict than `incomplete`. */
  read(length: number): ReadVerdict {
    this.window = '';
    this.readBytes = length;
    const good = this.llhttp.execute(this.pointer, this, length);
    if (this.verdict === 'complete') this.reusable &&= good;
    else if (!good && this.verdict === 'incomplete') this.verdict = 'response_malformed';
    if (this.verdict === 'incomplete') this.ownParts();
    return this.verdict;
  }

  /** The peer has ended the connection: `complete` if that is how the body was to end. */
  end(): ReadVerdict {
    this.llhttp.finish(this.pointer, this);
    return this.verdict;
  }

  /** For people: why it is malformed. */
  get reason(): string {
    return this.llhttp.reason(this.pointer);
  }

  /** Gives the parser's memory back. */
  free(): void {
    this.llhttp.free(this.pointer);
  }

  onBegin(): Answer {
    // A second response behind the one that was asked for.
    return this.verdict === 'complete' ? STOP : GO_ON;
  }

  onFieldName(start: number, end: number): Answer {
    if (this.inValue) this.keepField();
    this.name += this.textOf(start, end);
    return this.counted(end - start);
  }

  onFieldValue(start: number, end: number): Answer {
    this.inValue = true;
    this.value += this.textOf(start, end);
    return this.counted(end - start);
  }

  onHead(status: number, upgrade: boolean, keepAlive: boolean): Answer {
    if (upgrade || status < 100) return this.refuse('response_malformed');
    if (this.inValue) this.keepField();
    const { fields } = this;
    this.startFields();
    if (status < 200) return NO_BODY;
    this.status = status;
    this.headers = fields;
    this.headDone = true;
    this.reusable = keepAlive;
    if (status === 204 || status === 304) return NO_BODY;
    return Number(fields['content-length']) > this.maxBodyBytes ? this.refuse('body_too_large') : GO_ON;
  }

  onBody(start: number, end: number): Answer {
    this.bytes += end - start;
    if (this.bytes > this.maxBodyBytes) return this.refuse('body_too_large');
    if (this.keepBody) this.parts.push(this.llhttp.input.subarray(start, end));
    return GO_ON;
  }

  onEnd(): Answer {
    if (!this.headDone) return GO_ON;
    this.verdict = 'complete';
    return this.reusable ? GO_ON : STOP;
  }

  private refuse(verdict: ReadVerdict): Answer {
    this.verdict = verdict;
    return STOP;
  }

  private counted(bytes: number): Answer {
    this.fieldBytes += bytes;
    return this.fieldBytes >= HEADER_BYTES ? this.refuse('headers_too_large') : GO_ON;
  }

  private startFields(): void {
    this.fields = {};
    this.name = '';
    this.value = '';
    this.inValue = false;
    this.fieldBytes = 0;
  }

  private keepField(): void {
    const { name, value } = this;
    this.name = '';
    this.value = '';
    this.inValue = false;
    if (!this.headDone) addField(this.fields, this.lowerCase(name), value);
  }

  private lowerCase(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const lowerCase = name.toLowerCase();
    if (this.names.size < KNOWN_NAMES) this.names.set(name, lowerCase);
    return lowerCase;
  }

  /** One text for the whole head and slices of it cost less than a text for each name and value. */
  private textOf(start: number, end: number): string {
    if (end > WINDOW_BYTES) return this.llhttp.input.toString('latin1', start, end);
    if (this.window === '')
      this.window = this.llhttp.input.toString('latin1', 0, Math.min(this.readBytes, WINDOW_BYTES));
    return this.window.slice(start, end);
  }

  /** The next read of any connection overwrites the shared input. */
  private ownParts(): void {
    for (; this.ownedParts < this.parts.length; this.ownedParts++) {
      const part = this.parts[this.ownedParts];
      if (part !== undefined) this.parts[this.ownedParts] = Buffer.from(part);
    }
  }
}

/** Parsers that wait for a response: as most arrive in one read, a few serve all connections of a thread. */
export class ResponseParsers {
  private readonly llhttp: Llhttp;
  private readonly names = new Map<string, string>();
  private readonly idle: ResponseParser[] = [];

  constructor(llhttp: Llhttp) {
    this.llhttp = llhttp;
  }

  /** A parser for one response; to be given back. */
  take(maxBodyBytes: number, keepBody: boolean): ResponseParser {
    const parser = this.idle.pop() ?? new ResponseParser(this.llhttp, this.names);
    parser.begin(maxBodyBytes, keepBody);
    return parser;
  }

  give(parser: ResponseParser): void {
    parser.clear();
    if (this.idle.length < MOST_IDLE) this.idle.push(parser);
    else parser.free();
  }
}

/** As a list where the name is there already; `__proto__` and its like are names as any other. */
function addField(fields: Record<string, string | string[]>, name: string, value: string): void {
  const present = fields[name];
  if (present === undefined) fields[name] = value;
  else if (!Object.hasOwn(fields, name))
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  else if (typeof present === 'string') fields[name] = [present, value];
  else present.push(value);
}
