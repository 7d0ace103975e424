import tseslint from 'typescript-eslint';

/** Rooms that must run in any JavaScript runtime: clock, timers and I/O come in as arguments. */
const neutralRooms = [
  'sim/protocol/**/*.ts',
  'sim/random/**/*.ts',
  'sim/device/**/*.ts',
  'sim/browser/**/*.ts',
];

export default tseslint.config(
  { ignores: ['build/', 'out/', 'node_modules/', '**/*.mjs', '*.config.js', '.dependency-cruiser.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  {
    // The page has the DOM and so a tsconfig of its own.
    files: ['sim/web/page/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: './tsconfig.web.json' } },
  },
  {
    files: ['sim/web/page/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', 'setImmediate'],
      'no-restricted-imports': ['error', { patterns: ['node:*'] }],
    },
  },
  {
    files: neutralRooms,
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':function[async=true]',
          message: 'Neutral rooms are synchronous: yield an effect instead.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Draw from a seeded stream.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'The clock comes in as an argument.',
        },
      ],
    },
  },
  {
    files: ['sim/**/*.ts'],
    ignores: ['sim/cli/**', '**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only sim/cli reads the environment.' },
        { object: 'process', property: 'exit', message: 'Only sim/cli ends the process.' },
        { object: 'process', property: 'stdout', message: 'Only sim/cli prints.' },
        { object: 'process', property: 'stderr', message: 'Only sim/cli prints.' },
      ],
    },
  },
  {
    // k6's types declare options as classes that nobody can make an instance of.
    files: ['scripts/k6/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/testing/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/require-await': 'off' },
  },
);
