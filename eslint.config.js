import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'bundle/',
      'dist/',
      '.cache/',
      'coverage/',
      'node_modules/',
      'results/',
      'config/examples/',
      'e2e/projects/',
      'test/fixtures/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 6],
      // a port is an abstract class that implementations satisfy structurally (architecture.md)
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only modules/config/environment.ts reads the environment.',
        },
        {
          object: 'process',
          property: 'cwd',
          message: 'Only modules/config/environment.ts reads the working directory.',
        },
        { object: 'process', property: 'exit', message: 'Only main.ts ends the process.' },
        { object: 'Date', property: 'now', message: 'Take a Clock.' },
      ],
    },
  },
  {
    files: ['src/main.ts', 'src/modules/config/environment.ts', 'src/modules/telemetry/system-clock.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // schema builders say their type by what they build
    files: [
      'src/common/yaml/fields.ts',
      'src/**/*-schema.ts',
      'src/**/definition/*.ts',
      'src/modules/config/*-config.ts',
    ],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: ['test/**', 'e2e/**', 'bench/**', 'scripts/**', '*.config.ts'],
    rules: {
      'no-restricted-properties': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // expect.stringMatching and its siblings are typed any
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
);
