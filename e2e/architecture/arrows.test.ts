import { describe, expect, test } from 'vitest';
import { ARROWS, IMPURE_CALLS, PURE_NODE_MODULES } from './arrows.ts';
import { type SourceFile, type Workspace, workspaces } from './workspaces.ts';

const all = workspaces();
const isTest = (path: string): boolean => /\.(test|conformance|fixture)\.ts$|\/testing\//.test(path);
const packageOf = (specifier: string): string =>
  specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : (specifier.split('/')[0] as string);

function allowed(folder: string, name: string): boolean {
  if (name === '@aegis/model') return true;
  const row = ARROWS.find(({ from }) => from.test(folder));
  return row?.to.some((pattern) => pattern.test(name)) ?? false;
}

test('the project has the workspaces this test is about', () => {
  expect(all.length).toBeGreaterThan(15);
  expect(all.flatMap(({ sources }) => sources).length).toBeGreaterThan(60);
  expect(all.flatMap(({ sources }) => sources.flatMap(({ imports }) => imports)).length).toBeGreaterThan(200);
});

describe.each(all.map((workspace) => [workspace.folder, workspace] as const))('%s', (folder, workspace) => {
  test('its manifest keeps to the arrow table', () => {
    const wrong = workspace.dependencies.filter(
      (name) => name.startsWith('@aegis/') && !allowed(folder, name),
    );
    expect(wrong).toEqual([]);
  });

  test('its sources import only what the manifest declares', () => {
    const undeclared = product(workspace).flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .map(packageOf)
        .filter((name) => ![...workspace.dependencies, ...workspace.devDependencies].includes(name))
        .map((name) => `${path} -> ${name}`),
    );
    expect(undeclared).toEqual([]);
  });

  test('no relative import leaves the workspace', () => {
    const escaping = workspace.sources.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => !new URL(specifier, `file:///${path}`).pathname.startsWith(`/${folder}/`))
        .map((specifier) => `${path} -> ${specifier}`),
    );
    expect(escaping).toEqual([]);
  });

  if (!folder.startsWith('packages/')) return;

  test('the domain does no I/O and has no clock or chance of its own', () => {
    const files = product(workspace);
    const io = files.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => specifier.startsWith('node:') && !PURE_NODE_MODULES.includes(specifier))
        .map((specifier) => `${path} -> ${specifier}`),
    );
    const impure = files.filter(({ text }) => IMPURE_CALLS.test(code(text))).map(({ path }) => path);
    expect({ io, impure }).toEqual({ io: [], impure: [] });
  });
});

function product({ sources }: Workspace): readonly SourceFile[] {
  return sources.filter(({ path }) => !isTest(path));
}

/** Comments and string literals may name what code may not call. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '');
}
