import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import ts from 'typescript-eslint';

/** The directions of imports: pages > components, data > sync. */
const forbid = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
});

export default ts.config(
  { ignores: ['pwa/dist', 'pwa/dist-harness', '**/node_modules'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts', '**/*.vue'],
    extends: [...ts.configs.strictTypeChecked, ...vue.configs['flat/recommended']],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        project: ['./tsconfig.json', './tsconfig.sw.json', './tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      // `?.` and `??` count as branches too: 12 are about 8 of the usual kind.
      complexity: ['error', 12],
      'max-params': ['error', 5],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': ['error', { allow: ['error'] }],
      eqeqeq: 'error',
      // TypeScript knows every name; the rule only knows the browser's.
      'no-undef': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // The DOM's types promise what plain http or an older browser lacks.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-unused-expressions': [
        'error',
        { allowTernary: true, allowShortCircuit: true },
      ],
      // Lengths of texts are counted in code points, as the server counts them.
      '@typescript-eslint/no-misused-spread': 'off',
      // Maps of errors by field are plain objects, and their keys come and go.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Composables hand out plain functions; none uses `this`.
      '@typescript-eslint/unbound-method': 'off',
      // An event handler may be async: what it throws is caught by App.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/dot-notation': 'off',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-bare-strings-in-template': [
        'error',
        { allowlist: ['·', '/', '：', '、', '—', '→', '✕'] },
      ],
      'vue/no-undef-components': ['error', { ignorePatterns: ['RouterLink', 'RouterView'] }],
      'vue/no-unused-refs': 'error',
      // exactOptionalPropertyTypes says the same, and `undefined` is a good default.
      'vue/require-default-prop': 'off',
    },
  },
  {
    files: ['pwa/src/components/**', 'pwa/src/i18n/**'],
    rules: forbid({ group: ['@/pages/*', '**/pages/*'], message: 'Components know no page.' }),
  },
  {
    files: ['pwa/src/i18n/**'],
    rules: forbid({ group: ['@/*', '../*'], message: 'Catalogues know nothing of the app.' }),
  },
  {
    files: ['pwa/src/data/**'],
    rules: forbid({
      group: [
        '@/pages/*',
        '@/components/*',
        '@/i18n*',
        '**/pages/*',
        '**/components/*',
        '**/i18n/*',
      ],
      message: 'Data knows neither page nor component, and says codes, not texts.',
    }),
  },
  {
    files: ['pwa/src/pages/**', 'pwa/src/components/**'],
    rules: forbid(
      {
        group: [
          '@/data/*',
          '!@/data/waiting',
          '!@/data/surveys',
          '**/data/*',
          '!**/data/waiting',
          '!**/data/surveys',
        ],
        message: 'Import from @/data, @/data/waiting and @/data/surveys only.',
      },
      { group: ['**/sync/*'], message: 'Pages reach the protocol through data.' },
    ),
  },
  {
    files: ['sync/*.ts'],
    rules: forbid({ group: ['../*', '@/*'], message: 'The protocol imports only its siblings.' }),
  },
  {
    // What a .vue file exports is known to vue-tsc, which checks it, but not to this parser.
    files: ['**/*.vue', 'pwa/src/main.ts', '**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.test.ts', '**/test*.ts'],
    rules: {
      complexity: 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Runs in browsers below the floor, so it is older than any module.
    files: ['pwa/public/boot.js'],
    languageOptions: { sourceType: 'script', ecmaVersion: 5, globals: globals.browser },
  },
  prettier,
);
