/**
 * What a TestRun of the k6-operator may hold, as far as our manifests use it: written by hand from the fields of
 * `api/v1alpha1/testrun_types.go` (k6-operator, Apache-2.0), whose CRD is neither installed here nor copied.
 */
import { z } from 'zod';

const pod = z.strictObject({
  image: z.string().optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  env: z.array(z.strictObject({ name: z.string().regex(/^[A-Z_]+$/), value: z.string() })).optional(),
  resources: z
    .strictObject({
      requests: z.record(z.enum(['cpu', 'memory']), quantity()).optional(),
      limits: z.partialRecord(z.enum(['cpu', 'memory']), quantity()).optional(),
    })
    .optional(),
});

/** Kubernetes' texts for amounts; a number in YAML would be no text. */
function quantity(): z.ZodString {
  return z.string().regex(/^\d+(\.\d+)?(m|[KMGT]i?)?$/);
}

/** Strict: an unknown field is a mistake, which Kubernetes would only drop. */
export const TEST_RUN_FORM = z.strictObject({
  apiVersion: z.literal('k6.io/v1alpha1'),
  kind: z.literal('TestRun'),
  metadata: z.strictObject({
    name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
    namespace: z.string().optional(),
  }),
  spec: z.strictObject({
    /** Runners; each gets a segment of the test. */
    parallelism: z.int().positive(),
    separate: z.boolean().optional(),
    cleanup: z.literal('post').optional(),
    quiet: z.enum(['true', 'false']).optional(),
    arguments: z.string().optional(),
    script: z
      .strictObject({
        localFile: z.string().startsWith('/').optional(),
        configMap: z
          .strictObject({ name: z.string(), file: z.string().regex(/^[^/]+\.(js|tar)$/) })
          .optional(),
        volumeClaim: z
          .strictObject({ name: z.string(), file: z.string().optional(), readOnly: z.boolean().optional() })
          .optional(),
      })
      .refine((script) => Object.keys(script).length === 1, 'one of localFile, configMap and volumeClaim'),
    initializer: pod.optional(),
    starter: pod.optional(),
    runner: pod.optional(),
  }),
});
export type TestRun = z.infer<typeof TEST_RUN_FORM>;
