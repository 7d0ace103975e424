/** The DM endpoint: Package#1 and Package#3 in, Package#2 out (CR 6.2 steps 1, 2 and 4). */
import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { ALERT, type Alert } from '../protocol/alert.ts';
import { describeFault } from '../protocol/fault.ts';
import { acceptsMediaType, essenceOf, HEADER, MEDIA_TYPE } from '../protocol/media-type.ts';
import { decodePackage1 } from '../protocol/package1.ts';
import { decodePackage3 } from '../protocol/package3.ts';
import { type Authorization, CHALLENGE } from './authorization.ts';
import { type CampaignPlay } from './campaign-play.ts';
import { hasTrigger } from './condition.ts';
import { type DeviceRegistry, type KnownDevice, type OpenSession, openSession } from './dm-session.ts';
import {
  answer,
  answerText,
  collectBody,
  isOpen,
  printable,
  type RawHeaders,
  RETRY_AFTER,
} from './http-answer.ts';
import { commandIndex, type LedgerBook } from './ledger-book.ts';
import { type PeerRule } from './peer-violation.ts';
import { type ServiceStation } from './service-station.ts';
import { type WebComponent } from './web-component.ts';

/** A GET of a whole tree is far below this. */
const LARGEST_PACKAGE_BYTES = 1_048_576;
const DEV_ID = /^[\x21-\x7e]{1,255}$/;
const DEV_ID_HEADER = HEADER.devId.toLowerCase();
const TAKEN_TYPES: RawHeaders = [HEADER.accept, `${MEDIA_TYPE.package1}, ${MEDIA_TYPE.package3}`];
const SHOW = commandIndex('SHOW');

export interface DmEndpointParts {
  readonly play: CampaignPlay;
  readonly registry: DeviceRegistry;
  readonly book: LedgerBook;
  readonly station: ServiceStation;
  readonly web: WebComponent;
  /** `undefined`: everybody is served. */
  readonly authorization: Authorization | undefined;
  /** Called when a session has had its END, or has come to another end that the server knows of. */
  readonly sessionEnded: (devId: string) => void;
}

export class DmEndpoint {
  private readonly parts: DmEndpointParts;

  constructor(parts: DmEndpointParts) {
    this.parts = parts;
  }

  /** Answers a POST to `/dm` or below. */
  exchange(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { headers } = request;
    const devId = headers[DEV_ID_HEADER];
    const contentType = headers['content-type'] ?? '';
    const number = packageNumber(contentType);
    if (typeof devId !== 'string' || !DEV_ID.test(devId)) {
      const rule = number === 3 ? 'package3.dev_id' : 'package1.dev_id';
      this.refuse(response, 400, rule, `${HEADER.devId}: expected 1 to 255 visible ASCII characters`);
      return;
    }
    if (this.parts.authorization?.permits(devId, headers.authorization) === false) {
      this.refuse(response, 401, undefined, 'expected the HTTP Basic credentials of this device', CHALLENGE);
      return;
    }
    if (number === undefined || (headers['content-encoding'] ?? 'identity') !== 'identity') {
      const waiting = this.parts.registry.get(devId)?.session?.sent !== undefined;
      const rule = waiting ? 'package3.media_type' : 'package1.media_type';
      const found = printable(`${contentType} ${headers['content-encoding'] ?? ''}`.trim());
      this.refuse(response, 415, rule, `Content-Type: found ${found}`, TAKEN_TYPES);
      return;
    }
    if (!this.acceptsPackage2(headers.accept, response, number)) return;
    collectBody(request, LARGEST_PACKAGE_BYTES, (body) => {
      const rule = number === 1 ? 'package1' : 'package3';
      if (body === undefined) {
        const text = `expected at most ${LARGEST_PACKAGE_BYTES} bytes`;
        this.refuse(response, 413, `${rule}.too_large`, text, ['Connection', 'close']);
      } else if (!isUtf8(body)) this.invalid(response, number, devId, `${devId}: expected UTF-8`);
      else if (number === 1) this.package1(response, devId, path, body.toString('utf8'));
      else this.package3(response, devId, path, body.toString('utf8'));
    });
  }

  private acceptsPackage2(accept: string | undefined, response: ServerResponse, number: 1 | 3): boolean {
    if (accept === MEDIA_TYPE.package2) return true;
    const rule = number === 1 ? 'package1.accept' : 'package3.accept';
    if (accept === undefined) {
      this.parts.book.violation(rule, () => `Accept: expected ${MEDIA_TYPE.package2}, found none`);
      return true;
    }
    if (acceptsMediaType(accept, MEDIA_TYPE.package2)) return true;
    this.refuse(response, 406, rule, `Accept: found ${printable(accept)}, offered ${MEDIA_TYPE.package2}`);
    return false;
  }

  private package1(response: ServerResponse, devId: string, path: string, text: string): void {
    const { registry, book, station, play, sessionEnded } = this.parts;
    const package1 = decodePackage1(text);
    if (!package1.ok) {
      this.invalid(response, 1, devId, `${devId}: ${describeFault(package1.fault)}`);
      return;
    }
    const { alerts } = package1.value;
    if (!hasTrigger(alerts))
      book.violation('package1.trigger', () => `${devId}: Package#1 without an alert that says why it comes`);
    const device = registry.getOrAdd(devId);
    if (device === undefined) {
      this.refuse(response, 503, undefined, 'too many devices');
      return;
    }
    if (!station.admits('package1')) {
      this.busy(response);
      return;
    }
    const replaced = device.session !== undefined;
    const session = openSession(device, package1.value, path, play);
    book.packages[1] += 1;
    book.sessionsStarted += 1;
    if (session.reports) book.sessionsReporting += 1;
    if (replaced) {
      book.sessionsReplaced += 1;
      sessionEnded(devId);
    }
    this.noteAlerts(alerts, device);
    station.serve('package1', () => this.deliver(response, device, session));
  }

  private package3(response: ServerResponse, devId: string, path: string, text: string): void {
    const { registry, book, station, play } = this.parts;
    const device = registry.get(devId);
    const session = device?.session;
    const answered = session?.sent;
    if (device === undefined || session === undefined || answered === undefined) {
      this.refuse(response, 409, 'package3.no_session', `${devId}: no Package#3 is awaited from this device`);
      return;
    }
    const package3 = decodePackage3(text);
    if (!package3.ok) {
      this.invalid(response, 3, devId, `${devId}: ${describeFault(package3.fault)}`);
      return;
    }
    const { statuses, alerts } = package3.value;
    if (statuses.length !== answered.commands.length) {
      this.abort(device);
      const text = `${devId}: expected ${answered.commands.length} statuses, found ${statuses.length}`;
      this.refuse(response, 400, 'package3.status_count', text);
      return;
    }
    if (!station.admits('package3')) {
      this.busy(response);
      return;
    }
    if (session.path !== '' && session.path !== path)
      book.violation(
        'package3.wrong_uri',
        () => `${devId}: expected ${session.path}, found ${printable(path)}`,
      );
    session.sent = undefined;
    book.packages[3] += 1;
    for (let i = 0; i < statuses.length; i++) {
      const command = answered.commands[i] ?? 0;
      const code = statuses[i]?.sc ?? 0;
      book.status(command, code);
      if (command === SHOW && code !== 200 && code !== 400 && code !== 501) book.uiFailed += 1;
    }
    if (session.facts !== undefined || play.needsIdentity)
      session.note(package3.value, answered, device, play);
    this.noteAlerts(alerts, device);
    station.serve('package3', () => this.deliver(response, device, session));
  }

  /** Step 2. Nothing is counted for a peer that has gone: it will never see the package. */
  private deliver(response: ServerResponse, device: KnownDevice, session: OpenSession): void {
    if (device.session !== session || !isOpen(response)) {
      response.destroy();
      return;
    }
    const { template, body } = session.next(device);
    answer(response, 200, MEDIA_TYPE.package2, body);
    this.parts.book.delivery(template.commands);
    if (template.ends) {
      device.session = undefined;
      this.parts.book.sessionsCompleted += 1;
      this.parts.sessionEnded(device.devId);
    } else session.handedOver(template, device);
  }

  private noteAlerts(alerts: readonly Alert[], device: KnownDevice): void {
    const { book, web } = this.parts;
    for (const { alertType, sourceUri, data } of alerts) {
      book.alert(alertType);
      if (alertType !== ALERT.uiSessionDone) continue;
      const known = sourceUri !== undefined && device.uiSessionEnded(sourceUri);
      if (!known || !web.ended(sourceUri, data?.['outcome']))
        book.violation(
          'package3.ui_session',
          () => `${device.devId}: UISessionDone of ${printable(sourceUri ?? '-')}`,
        );
    }
  }

  /** Answers 400; what cannot be read as Package#3 ends the session it belongs to. */
  private invalid(response: ServerResponse, number: 1 | 3, devId: string, text: string): void {
    const device = number === 3 ? this.parts.registry.get(devId) : undefined;
    if (device?.session?.sent !== undefined) this.abort(device);
    this.refuse(response, 400, number === 1 ? 'package1.invalid' : 'package3.invalid', text);
  }

  private abort(device: KnownDevice): void {
    device.session = undefined;
    this.parts.book.sessionsAborted += 1;
    this.parts.sessionEnded(device.devId);
  }

  private refuse(
    response: ServerResponse,
    status: number,
    rule: PeerRule | undefined,
    text: string,
    headers?: RawHeaders,
  ): void {
    if (rule !== undefined) this.parts.book.violation(rule, () => text);
    this.parts.book.refusal(status);
    answerText(response, status, text, headers);
  }

  private busy(response: ServerResponse): void {
    this.refuse(response, 503, undefined, 'the queue is full', RETRY_AFTER);
  }
}

/** Package#1 or #3, by media type; `undefined` for any other type. */
function packageNumber(contentType: string): 1 | 3 | undefined {
  switch (contentType) {
    case MEDIA_TYPE.package3:
      return 3;
    case MEDIA_TYPE.package1:
      return 1;
    default: {
      const essence = essenceOf(contentType);
      return essence === MEDIA_TYPE.package3 ? 3 : essence === MEDIA_TYPE.package1 ? 1 : undefined;
    }
  }
}
