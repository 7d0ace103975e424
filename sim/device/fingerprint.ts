/** A rolling 64-bit hash over what a device executed and answered: the same seed gives the same value, on any machine. */
import { type DmCommand } from '../protocol/command.ts';
import { type ClientUri } from '../protocol/client-uri.ts';
import { type MoData } from '../protocol/mo.ts';
import { type Status } from '../protocol/status.ts';

/** Two unsigned 32-bit halves. */
export type FingerprintValue = readonly [high: number, low: number];

/** Tags keep neighbouring values apart: `["ab"]` and `["a", "b"]` differ. */
const TAG = { text: 1, number: 2, boolean: 3, nothing: 4, open: 5, close: 6, command: 7 } as const;

/**
 * What may differ between two runs of the same fleet is left out: scheme, host and port of every ServerURI (also where one is
 * the value of a node), and cache validators, which depend on such values.
 */
export class Fingerprint {
  private high: number;
  private low: number;

  constructor([high, low]: FingerprintValue = [0x811c9dc5, 0x9e3779b9]) {
    this.high = high | 0;
    this.low = low | 0;
  }

  value(): FingerprintValue {
    return [this.high >>> 0, this.low >>> 0];
  }

  /** Takes in one executed command: name, parameters, status code, ClientURIs chosen and management data reported. */
  addCommand(command: DmCommand, status: Status): void {
    this.word(TAG.command);
    this.addText(command.name);
    switch (command.name) {
      case 'malformed':
        this.addText(command.command);
        break;
      case 'unknown':
        this.addText(command.word);
        break;
      case 'HPUT':
      case 'HPOST':
        this.addText(command.serverUri);
        for (const uri of command.clientUris) this.addClientUri(uri);
        break;
      case 'GET':
        for (const uri of command.clientUris) this.addClientUri(uri);
        break;
      case 'HGET':
      case 'EXEC':
        if (command.serverUri !== undefined) this.addText(command.serverUri);
        if (command.clientUri !== undefined) this.addClientUri(command.clientUri);
        break;
      case 'SUB':
        this.addText(command.serverUri);
        this.addClientUri(command.clientUri);
        break;
      case 'DELETE':
      case 'UNSUB':
        this.addClientUri(command.clientUri);
        break;
      case 'SHOW':
      case 'CONT':
        this.addText(command.serverUri);
        break;
      case 'DEFAULT':
        this.addText(command.serverUri);
        this.addText(command.moid);
        break;
      case 'END':
        break;
      default:
        command satisfies never;
    }
    this.word(status.sc);
    if (status.uris !== undefined) for (const uri of status.uris) this.addText(uri);
    if (status.mo !== undefined)
      for (const { clientUri, moData } of status.mo) {
        this.addText(clientUri);
        this.addData(moData);
      }
  }

  /** Takes in a number that a device decided, such as a result code; whole numbers of 32 bits. */
  addNumber(value: number): void {
    this.word(TAG.number);
    this.word(value);
  }

  /** Takes in a text; of an `http` or `https` URI only what follows the authority. */
  addText(text: string): void {
    this.word(TAG.text);
    let { high, low } = this;
    for (let i = afterAuthority(text); i < text.length; i++) {
      const code = text.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul((low << 5) ^ (low >>> 27) ^ code, 0x9e3779b1);
    }
    this.high = high;
    this.low = low;
  }

  private addClientUri(uri: ClientUri): void {
    this.addText(uri.cacheValidator === undefined ? uri.text : uri.text.replace(/([?&]cv=)[^&]*/, '$1'));
  }

  private addData(data: MoData): void {
    if (typeof data === 'string') this.addText(data);
    else if (typeof data === 'number') {
      this.word(TAG.number);
      this.addText(String(data));
    } else if (typeof data === 'boolean') {
      this.word(TAG.boolean);
      this.word(data ? 1 : 0);
    } else if (data === null) this.word(TAG.nothing);
    else {
      this.word(TAG.open);
      for (const name in data) {
        this.addText(name);
        this.addData(data[name] ?? null);
      }
      this.word(TAG.close);
    }
  }

  /** Mixes the halves, each into the other. */
  private word(word: number): void {
    this.high = Math.imul(this.high ^ word, 0x85ebca6b) ^ (this.low >>> 15);
    this.low = Math.imul(this.low ^ word, 0xc2b2ae35) ^ (this.high >>> 13);
  }
}

/** For runs that ask for no digest, where looking at every character costs more than the device's work: takes in nothing. */
export class NoFingerprint extends Fingerprint {
  override addCommand(): void {
    return undefined;
  }

  override addNumber(): void {
    return undefined;
  }

  override addText(): void {
    return undefined;
  }
}

/** Index of the path of an `http` or `https` URI; 0 for any other text. */
function afterAuthority(text: string): number {
  let start: number;
  if (text.startsWith('http://')) start = 7;
  else if (text.startsWith('https://')) start = 8;
  else return 0;
  while (start < text.length) {
    const code = text.charCodeAt(start);
    if (code === 47 || code === 63 || code === 35) break; // "/", "?", "#"
    start++;
  }
  return start;
}
