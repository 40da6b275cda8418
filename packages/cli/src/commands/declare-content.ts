/** Declares the commands that work on files alone: what can be said, and the work imported when it is. */

import type { AddCommand } from '../command.ts';
import { CONTENT_ENV_OPTION, DIR_OPTION } from './target-options.ts';
import type { CheckOptions } from './check.ts';
import type { CompileOptions } from './compile.ts';
import type { ExplainOptions } from './explain.ts';
import type { FmtOptions } from './fmt.ts';
import type { ImportOptions } from './import.ts';
import type { InitOptions } from './init.ts';
import type { TestOptions } from './test.ts';

export const addInit: AddCommand = (program, run) => {
  const command = program
    .command('init')
    .description('Start a folder of content with a tested rule in it; overwrites nothing.')
    .argument('[folder]', 'where to (default: the working folder)')
    .option(
      '--stack <name>',
      'names the owner of the objects it will create (default: the name of the folder)',
    )
    .option('--editor', 'in a folder that has content: only write schemas/ and the settings of VS Code anew')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright init detections --stack acme-appsec\n  signalwright init --editor',
    );
  run<InitOptions>(command, async (options, context) => (await import('./init.ts')).init(options, context));
};

export const addCheck: AddCommand = (program, run) => {
  const command = program
    .command('check')
    .description('Validate every file of rules/, views/ and workflows/; exit 1 when there is an error.')
    .option(...DIR_OPTION)
    .option(
      '--format <format>',
      'text, json, sarif (code scanning), junit, or github (annotations in GitHub Actions)',
      'text',
    )
    .option('-o, --output <file>', 'write the report to this file instead of stdout')
    .option('--max-warnings <n>', 'exit 1 when there are more warnings than this')
    .option('--fix', 'mend what is certain first: missing quotes, misspelt keys, yes for true')
    .option('--dry-run', 'with --fix: say what would be mended, write nothing')
    .option(
      '--changed [base]',
      'only what a change is responsible for: since it parted from this revision (default: HEAD)',
    )
    .option('--staged', 'look at what is staged for the next commit, not at the folder')
    .option('-w, --watch', 'check again whenever a file changes, until Ctrl-C')
    .option(
      '--cache-dir <folder>',
      'keep what was found out for the next check here, outside of the repository (default: the cache folder of the user)',
    )
    .option('--no-cache', 'look at every file, and keep nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright check --max-warnings 0\n  signalwright check --fix --dry-run\n  signalwright check --changed origin/main\n  signalwright check --format sarif --output findings.sarif',
    );
  run<CheckOptions>(command, async (options, context) =>
    (await import('./check.ts')).check(options, context),
  );
};

export const addExplain: AddCommand = (program, run) => {
  const command = program
    .command('explain')
    .description('Print the page of a code that check prints: what it means, why, and what to write instead.')
    .argument('[code]', 'such as lint/no-near-miss, or its last part')
    .option('--list', 'list every code with its severity')
    .addHelpText('after', '\nExample:\n  signalwright explain query/mixed-operators');
  run<ExplainOptions>(command, async (options, context) =>
    (await import('./explain.ts')).explain(options, context),
  );
};

export const addFmt: AddCommand = (program, run) => {
  const command = program
    .command('fmt')
    .description('Lay out content files in one way: keys in schema order, comments kept, meaning untouched.')
    .argument('[path...]', 'only these files, or those below these folders (default: all content)')
    .option(...DIR_OPTION)
    .option('--check', 'write nothing; exit 1 and list what would change')
    .option('--migrate', 'first bring all content up to the current format version')
    .addHelpText('after', '\nExamples:\n  signalwright fmt --check\n  signalwright fmt --migrate --check');
  run<FmtOptions>(command, async (options, context) => (await import('./fmt.ts')).fmt(options, context));
};

export const addTest: AddCommand = (program, run) => {
  const command = program
    .command('test')
    .description('Run the tests that stand in the files; exit 1 when one fails.')
    .argument('[address...]', 'only these, such as detection-rule/sqli-probe or a part of it')
    .option(...DIR_OPTION)
    .option(...CONTENT_ENV_OPTION)
    .option('--format <format>', 'text, json or junit', 'text')
    .option('-o, --output <file>', 'write the report to this file instead of stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright test detection-rule/credential-stuffing --verbose\n  signalwright test --format junit --output tests.xml',
    );
  run<TestOptions>(command, async (options, context) => (await import('./test.ts')).test(options, context));
};

export const addCompile: AddCommand = (program, run) => {
  const command = program
    .command('compile')
    .description('Print the bodies of the public API that the content compiles to, every default filled in.')
    .argument('[address...]', 'only these, such as detection-rule/sqli-probe or a part of it')
    .option(...DIR_OPTION)
    .option(...CONTENT_ENV_OPTION)
    .addHelpText('after', '\nExample:\n  signalwright compile detection-rule/sqli-probe');
  run<CompileOptions>(command, async (options, context) =>
    (await import('./compile.ts')).compile(options, context),
  );
};

export const addImport: AddCommand = (program, run) => {
  const command = program
    .command('import')
    .description(
      'Bring what is in Datadog into YAML that compiles to the very same thing; again, it edits only what differs.',
    )
    .argument('[source...]', 'files or folders of API answers as JSON, or - for stdin')
    .option(...DIR_OPTION)
    .option(
      '--from <environment>',
      'everything that an org has, by an environment of signalwright.yaml; with files, `terraform`: what its states and configurations hold',
    )
    .option('--kind <kind>', 'of objects whose shape does not tell; with --from, only this kind')
    .option('--all', 'with --from: rules of Datadog that nobody tuned, too')
    .option('-n, --dry-run', 'write nothing; say what would be written')
    .addHelpText(
      'after',
      '\nExamples:\n  signalwright import rules.json\n  signalwright import --from prod --kind detection-rule --dry-run\n  terraform show -json | signalwright import --from terraform -',
    );
  run<ImportOptions>(command, async (options, context) =>
    (await import('./import.ts')).importContent(options, context),
  );
};
