/** Arbitrary messages for property tests: everything our writers may be given. */
import fc from 'fast-check';
import { MARKS, type Alert } from '../alert.ts';
import { formatClientUri, parseClientUri, type ClientUri, type Segment } from '../client-uri.ts';
import { type ExecutableCommand } from '../command.ts';
import { type MoData, type MoSerialization } from '../mo.ts';
import { type Package0 } from '../package0.ts';
import { type Package1 } from '../package1.ts';
import { type Package3 } from '../package3.ts';

/** Any text, lone surrogates included. */
const text = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});
/** Whole characters alone: what UTF-8 and percent-encoding can carry. */
export const wellFormed = fc.string({ unit: 'binary' });
const name = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.constantFrom('*', '(x)', '(', ')', '..', 'a/b', 'a:b', 'a?b', 'a&b', '100%', '__proto__', 'toString'),
);

function optional<T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<
  Partial<T>
> {
  return fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** `-0` is written as `0`, so values are those that a parser could have given. */
const jsonObject = fc
  .dictionary(text, fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as NonNullable<Alert['data']>);

export const alert: fc.Arbitrary<Alert> = fc
  .tuple(
    text.filter((type) => type !== ''),
    optional<Omit<Alert, 'alertType'>>({
      sourceUri: text,
      targetUri: text,
      mark: fc.constantFrom(...MARKS),
      dataType: text,
      data: jsonObject,
    }),
  )
  .map(([alertType, rest]) => ({ alertType, ...rest }));

export const moData: fc.Arbitrary<MoData> = fc.letrec<{ data: MoData }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.tuple(name, tie('data')), { maxLength: 4 }).map((children) => Object.fromEntries(children)),
  ),
})).data;

export const mo: fc.Arbitrary<MoSerialization> = fc
  .tuple(text, moData, optional<{ ddf: string; cv: string }>({ ddf: text, cv: text }))
  .map(([clientUri, data, rest]) => ({ clientUri, moData: data, ...rest }));

const segment: fc.Arbitrary<Segment> = fc.oneof(
  name.map((real): Segment => ({ kind: 'name', name: real })),
  fc.constant<Segment>({ kind: 'any' }),
  fc.constantFrom('x', 'y').map((x): Segment => ({ kind: 'x', name: x })),
);
const moid = fc.constantFrom('urn:oma:mo:oma-fumo:1.0', 'urn:oma:mo:m:1.0', 'urn:vendor-x:mo:thing:2');

/** A ClientURI's parts; `nv` only for x-names that stand in it. */
export const clientUriParts = fc
  .record({
    moid,
    miid: fc.option(segment, { nil: undefined }),
    path: fc.array(segment, { maxLength: 4 }),
    values: fc.array(
      fc.record({
        x: fc.constantFrom('x', 'y'),
        path: fc.array(name, { minLength: 1, maxLength: 3 }),
        value: wellFormed,
      }),
      { maxLength: 3 },
    ),
    cacheValidator: fc.option(wellFormed, { nil: undefined }),
  })
  .map(({ moid: id, miid, path, values, cacheValidator }) => {
    const places = miid === undefined ? path : [miid, ...path];
    const nodeValues = values.filter(({ x }) => places.some((at) => at.kind === 'x' && at.name === x));
    return { moid: id, miid, path, nodeValues, ...(cacheValidator === undefined ? {} : { cacheValidator }) };
  });

export const clientUri: fc.Arbitrary<ClientUri> = clientUriParts.map((parts) => {
  const uri = parseClientUri(formatClientUri(parts));
  if (!uri.ok) throw new Error(`our own ClientURI cannot be read: ${formatClientUri(parts)}`);
  return uri.value;
});

export const serverUri = fc
  .webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true, withFragments: true })
  .filter((uri) => /^[!-~]*$/.test(uri));

export const command: fc.Arbitrary<ExecutableCommand> = fc.oneof(
  fc.record({ name: fc.constant('HGET' as const), serverUri }),
  fc.record({ name: fc.constantFrom('HGET' as const, 'SUB' as const), serverUri, clientUri }),
  fc.record({
    name: fc.constantFrom('HPUT' as const, 'HPOST' as const),
    serverUri,
    clientUris: fc.array(clientUri, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    name: fc.constant('GET' as const),
    clientUris: fc.array(clientUri, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ name: fc.constantFrom('DELETE' as const, 'UNSUB' as const, 'EXEC' as const), clientUri }),
  fc.record({ name: fc.constant('EXEC' as const), clientUri, serverUri }),
  fc.record({ name: fc.constantFrom('SHOW' as const, 'CONT' as const), serverUri }),
  fc.record({ name: fc.constant('DEFAULT' as const), serverUri, moid }),
  fc.constant({ name: 'END' as const }),
);

export const package0: fc.Arbitrary<Package0> = fc
  .tuple(
    fc.record({
      serverId: fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
      preferredConType: fc.integer({ min: 0, max: 255 }),
      reqMos: fc.boolean(),
    }),
    optional<{ notificationId: number; digest: Uint8Array; timestamp: number }>({
      notificationId: fc.integer({ min: 0, max: 0xffff }),
      digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      timestamp: fc.maxSafeNat(),
    }),
  )
  .map(([required, rest]) => ({ ...required, ...rest }));

export const package1: fc.Arbitrary<Package1> = fc
  .tuple(
    fc.array(alert, { maxLength: 3 }),
    optional<{ managementObjects: NonNullable<Package1['managementObjects']> }>({
      managementObjects: fc.array(
        fc
          .tuple(
            fc.array(text, { maxLength: 3 }),
            optional<{ ddf: string; moid: string }>({ ddf: text, moid: text }),
          )
          .map(([miids, rest]) => ({ miids, ...rest })),
        { maxLength: 3 },
      ),
    }),
  )
  .map(([alerts, rest]) => ({ alerts, ...rest }));

export const package3: fc.Arbitrary<Package3> = fc.record({
  statuses: fc.array(
    fc
      .tuple(
        fc.integer({ min: 100, max: 599 }),
        optional<{ uris: readonly string[]; mo: readonly MoSerialization[] }>({
          uris: fc.array(text, { maxLength: 3 }),
          mo: fc.array(mo, { maxLength: 3 }),
        }),
      )
      .map(([sc, rest]) => ({ sc, ...rest })),
    { maxLength: 4 },
  ),
  alerts: fc.array(alert, { maxLength: 2 }),
});
