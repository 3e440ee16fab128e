import tseslint from 'typescript-eslint';

/** Which folder may import which (docs/architecture.md). Also checked by test/architecture.test.ts. */
const layers = {
  core: [],
  bridge: ['core'],
  store: ['core'],
  simulator: ['core'],
  home: ['core'],
  rpc: ['core', 'home'],
  cli: ['core', 'rpc', 'home'],
};

const fence = (layer, allowed) => ({
  files: [`src/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              ...Object.keys(layers)
                .filter((l) => l !== layer && !allowed.includes(l))
                .map((l) => `**/${l}/**`),
              '**/production.js',
              ...(layer === 'bridge' ? [] : ['edge-js']),
              ...(layer === 'cli' ? ['**/rpc/host/**'] : []),
              ...(layer === 'core' ? ['node:*', 'vscode-jsonrpc*', 'yargs', 'lmdb', 'ora'] : []),
            ],
            message: `${layer} may import only: ${[layer, ...allowed].join(', ')}.`,
          },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist', 'build', 'node_modules', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A codec and its static type share one name (io-ts manner).
      '@typescript-eslint/no-redeclare': 'off',
    },
  },
  { files: ['src/cli/output/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // ava's test() returns a promise that nobody awaits; assertions narrow values that the types allow to be absent.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Overflows its stack on fast-check's recursive types (8.73.0).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  ...Object.entries(layers).map(([layer, allowed]) => fence(layer, allowed)),
);
