import { describe, expect, it } from 'vitest';
import { meaningOfButton, meaningOfLink } from './meaning.ts';

function button(attributes: Readonly<Record<string, string>>, label = '') {
  return meaningOfButton(new Map(Object.entries(attributes)), label);
}
function link(attributes: Readonly<Record<string, string>>, label = '') {
  return meaningOfLink(new Map(Object.entries(attributes)), label);
}

describe('a button', () => {
  it.each([
    ['consent', { name: 'decision', value: 'accept' }, ''],
    ['consent', {}, 'Install now'],
    ['consent', { class: 'btn btn-accept' }, 'Los!'],
    ['consent', { id: 'btnAgree' }, ''],
    ['consent', { value: 'Ja' }, ''],
    ['onward', {}, 'Continue'],
    ['onward', { value: 'Weiter' }, ''],
    ['refusal', { name: 'decision', value: 'decline' }, ''],
    ['refusal', {}, 'No, thanks'],
    ['refusal', {}, "Don't install"],
    ['refusal', {}, 'Continue without accepting'],
    ['refusal', {}, 'Später'],
    ['refusal', { 'data-action': 'reject' }, 'OK'],
    ['refusal', { name: 'accept', value: 'no' }, ''],
    ['refusal', { name: 'action', value: 'submit' }, 'Cancel'],
    ['aside', {}, 'Back'],
    ['aside', { value: 'Search' }, ''],
    ['unknown', { name: 'b1', value: '1' }, 'Los'],
    ['unknown', { class: 'no-margin clear' }, 'Los'],
  ] as const)('means %s: %j "%s"', (meaning, attributes, label) => {
    expect(button(attributes, label)).toBe(meaning);
  });
});

describe('a link', () => {
  it.each([
    ['onward', { rel: 'nofollow next' }, 'More'],
    ['onward', { class: 'continue' }, '>>'],
    ['onward', { id: 'next' }, '>>'],
    ['onward', {}, 'OK'],
    ['consent', {}, 'I accept'],
    ['refusal', {}, 'Cancel'],
    ['unknown', {}, 'What this update brings'],
    ['unknown', {}, 'Imprint'],
    ['aside', {}, 'Go back'],
  ] as const)('means %s: %j "%s"', (meaning, attributes, label) => {
    expect(link(attributes, label)).toBe(meaning);
  });
});
