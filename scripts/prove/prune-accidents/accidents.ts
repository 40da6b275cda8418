/** What happens to repositories, folders and answers without anybody meaning to delete a rule. */

import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ruleFile, ruleText, type Stage } from '../gitops/stage.ts';

export interface Accident {
  readonly name: string;
  readonly happen: (stage: Stage) => void | Promise<void>;
  /** Where the command is run instead. */
  readonly folder?: string;
  /** Further words for `apply`. */
  readonly args?: readonly string[];
}

const RULE = ruleFile(3);

function remove(stage: Stage, ...paths: string[]): void {
  for (const path of paths) rmSync(join(stage.root, path), { recursive: true });
}

/** Deleted, and committed: a deliberate change, as far as git knows. */
function deleteRules(stage: Stage, count: number): void {
  remove(stage, ...Array.from({ length: count }, (_, n) => ruleFile(n + 2)));
  stage.commit();
}

/** Answers of lists of rules, changed. */
function lists(stage: Stage, change: (body: { data: unknown[] }) => Response): void {
  stage.proxy = async (request, pass) => {
    const answer = await pass();
    const isList = request.method === 'GET' && /(?:rules|suppressions)$/.test(new URL(request.url).pathname);
    return isList ? change((await answer.json()) as { data: unknown[] }) : answer;
  };
}

export const ACCIDENTS: readonly Accident[] = [
  { name: 'all folders of content are empty', happen: (stage) => remove(stage, 'rules') },
  {
    name: 'all content was deleted and committed',
    happen: (stage) => {
      remove(stage, 'rules');
      stage.commit();
    },
  },
  {
    name: 'a folder of content is empty: a volume that is not mounted',
    happen: (stage) => {
      remove(stage, 'rules/suppression');
      mkdirSync(join(stage.root, 'rules/suppression'));
    },
  },
  {
    name: 'the command runs in a folder above',
    happen: () => undefined,
    folder: '..',
  },
  {
    name: 'the command runs in another project of the same stack that has little in it',
    happen: (stage) => {
      stage.write('other/signalwright.yaml', stage.read('signalwright.yaml'));
      stage.write('other/rules/detection/rule-0.yaml', ruleText(0));
      stage.commit();
    },
    folder: 'other',
  },
  {
    name: 'a sparse checkout',
    happen: (stage) => void stage.git('sparse-checkout', 'set', '--no-cone', '/*', '!/rules/suppression'),
  },
  {
    name: 'an error of spelling in one file',
    happen: (stage) => {
      stage.write(RULE, stage.read(RULE).replace('cases:', 'cases: ['));
      stage.commit();
    },
  },
  {
    name: 'marks of a merge that was not finished',
    happen: (stage) =>
      stage.write(RULE, `<<<<<<< HEAD\n${ruleText(3)}=======\n${ruleText(4)}>>>>>>> topic\n`),
  },
  {
    name: 'a file without a byte',
    happen: (stage) => {
      stage.write(RULE, '');
      stage.commit();
    },
  },
  {
    name: 'a file cut in the middle',
    happen: (stage) => stage.write(RULE, ruleText(3).slice(0, 120)),
  },
  {
    name: 'a folder where a file was',
    happen: (stage) => {
      remove(stage, RULE);
      mkdirSync(join(stage.root, RULE));
    },
  },
  {
    name: 'a pointer of Git LFS in place of a file',
    happen: (stage) => {
      stage.write(
        RULE,
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 700\n`,
      );
      stage.commit();
    },
  },
  { name: 'a file is gone from the folder', happen: (stage) => remove(stage, RULE) },
  {
    name: 'a file was removed from git and not committed',
    happen: (stage) => void stage.git('rm', '-q', RULE),
  },
  {
    name: 'a branch that parted before the rules were written',
    happen: (stage) => {
      stage.git('checkout', '-q', 'before');
      stage.write(ruleFile(0), ruleText(0));
      stage.commit();
    },
  },
  {
    name: 'an earlier commit',
    happen: (stage) => {
      stage.write(ruleFile(20), ruleText(20));
      stage.commit();
      return stage.run(['apply', '--yes']).then(() => void stage.git('checkout', '-q', 'HEAD~1'));
    },
  },
  {
    name: 'a branch without a history in common',
    happen: (stage) => {
      stage.git('checkout', '-q', '--orphan', 'fresh');
      remove(stage, RULE);
      stage.commit();
    },
  },
  {
    name: 'a shallow clone',
    happen: (stage) => {
      remove(stage, RULE);
      stage.commit();
      stage.git('clone', '-q', '--depth', '1', `file://${stage.root}`, 'shallow');
      renameSync(join(stage.root, '.git'), join(stage.root, '.git-whole'));
      renameSync(join(stage.root, 'shallow/.git'), join(stage.root, '.git'));
      remove(stage, 'shallow');
    },
  },
  { name: 'no repository at all', happen: (stage) => remove(stage, '.git', RULE) },
  {
    name: 'a folder of content was renamed',
    happen: (stage) => {
      stage.git('mv', 'rules/suppression', 'rules/suppressions');
      stage.commit();
    },
  },
  {
    name: 'the upper folder was renamed',
    happen: (stage) => {
      stage.git('mv', 'rules', 'rule');
      stage.write(ruleFile(0), stage.read('rule/detection/rule-0.yaml'));
      rmSync(join(stage.root, 'rule/detection/rule-0.yaml'));
      stage.commit();
    },
  },
  {
    name: 'a folder changed its case',
    happen: (stage) => {
      stage.git('mv', 'rules/notification', 'rules/Notification');
      stage.commit();
    },
  },
  {
    name: 'a file was moved out of the folders of content',
    happen: (stage) => {
      mkdirSync(join(stage.root, 'archive'));
      stage.git('mv', RULE, 'archive/rule-3.yml');
      stage.commit();
    },
  },
  {
    name: 'a link to an empty folder stands in place of a folder of content',
    happen: (stage) => {
      remove(stage, 'rules/suppression');
      mkdirSync(join(stage.root, 'empty'));
      symlinkSync('../empty', join(stage.root, 'rules/suppression'));
    },
  },
  {
    name: 'a link out of the project stands in place of the content',
    happen: (stage) => {
      remove(stage, 'rules');
      symlinkSync('/', join(stage.root, 'rules'));
      stage.commit();
    },
  },
  {
    name: 'the stack was renamed',
    happen: (stage) => {
      stage.write('signalwright.yaml', stage.read('signalwright.yaml').replace('acme', 'acme2'));
      remove(stage, RULE);
      stage.commit();
    },
  },
  {
    name: 'the journal is lost',
    happen: (stage) => {
      remove(stage, '.signalwright/sync');
      deleteRules(stage, 1);
    },
  },
  {
    name: 'prune is off',
    happen: (stage) => {
      stage.write(
        'signalwright.yaml',
        stage.read('signalwright.yaml').replace('prune: true', 'prune: false'),
      );
      deleteRules(stage, 2);
    },
  },
  {
    name: 'prune asks, and nobody said --prune',
    happen: (stage) => {
      stage.write(
        'signalwright.yaml',
        stage.read('signalwright.yaml').replace('prune: true', 'prune: confirm'),
      );
      deleteRules(stage, 2);
    },
  },
  { name: 'more is gone than a tenth', happen: (stage) => deleteRules(stage, 4) },
  {
    name: 'more is gone than a tenth, with the consent to another plan',
    happen: (stage) => deleteRules(stage, 4),
    args: ['--allow-destroy', '0123456789ab'],
  },
  {
    name: 'somebody changed the object at the target',
    happen: async (stage) => {
      const listed = await stage.client.rules.list();
      const rule = listed.kind === 'done' ? listed.value.find(isRule(3)) : undefined;
      if (rule === undefined) throw new Error('rule-3 is not there');
      const { version } = rule;
      const updated = await stage.client.rules.update(rule.id, { message: 'by hand', version });
      if (updated.kind !== 'done') throw new Error('rule-3 cannot be changed');
      remove(stage, RULE);
      stage.commit();
    },
  },
  {
    name: 'lists of the target end after their first objects',
    happen: (stage) => lists(stage, (body) => Response.json({ ...body, data: body.data.slice(0, 2) })),
  },
  {
    name: 'lists of the target are empty',
    happen: (stage) => lists(stage, (body) => Response.json({ ...body, data: [] })),
  },
  {
    name: 'lists of the target are something else',
    happen: (stage) => {
      lists(stage, () => Response.json({ message: 'welcome' }));
      deleteRules(stage, 1);
    },
  },
  {
    name: 'lists of the target end in an error',
    happen: (stage) => {
      lists(stage, () => new Response('{"errors":["Internal error"]}', { status: 500 }));
      deleteRules(stage, 1);
    },
  },
  {
    name: 'another object of the plan cannot be applied',
    happen: (stage) => {
      deleteRules(stage, 1);
      stage.write(ruleFile(0), ruleText(0).replace('failures > 5', 'failures > 6'));
      stage.commit();
      stage.proxy = async (request, pass) => {
        const isRuleZero = request.method === 'PUT' && (await request.clone().text()).includes('"Rule 0"');
        return isRuleZero ? Response.json({ errors: ['Invalid rule'] }, { status: 400 }) : pass();
      };
    },
  },
];

function isRule(n: number): (object: { readonly payload: Readonly<Record<string, unknown>> }) => boolean {
  return ({ payload }) => payload['name'] === `Rule ${n}`;
}
