import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Workspace {
  /** `packages/model` */
  readonly folder: string;
  /** `@aegis/model` */
  readonly name: string;
  readonly dependencies: readonly string[];
  /** What only its build takes; `@types/x` as `x`. */
  readonly devDependencies: readonly string[];
  readonly sources: readonly SourceFile[];
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Module specifiers of its static and dynamic imports and re-exports. */
  readonly imports: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');
// Specifiers hold no blanks and quotes: what looks like an import within a string of other code is none.
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([\w@./:-]+)['"]|(?:^|\n)\s*import\s*['"]([\w@./:-]+)['"]|\bimport\(\s*['"]([\w@./:-]+)['"]/g;

/** Reads every workspace of the project: its manifest and the imports of its sources. */
export function workspaces(): readonly Workspace[] {
  const manifests = globSync(
    ['{packages,adapters,apps,integrations,examples}/*/package.json', '{e2e,bench,testing}/package.json'],
    {
      cwd: ROOT,
    },
  );
  return manifests.sort().map((manifestPath) => {
    const folder = dirname(manifestPath);
    const manifest = JSON.parse(readFileSync(join(ROOT, manifestPath), 'utf8')) as {
      name: string;
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    const files = globSync(`${folder}/**/*.{ts,svelte}`, {
      cwd: ROOT,
      exclude: ['**/{node_modules,dist}/**'],
    }).sort();
    return {
      folder,
      name: manifest.name,
      dependencies: Object.keys(manifest.dependencies ?? {}),
      devDependencies: Object.keys(manifest.devDependencies ?? {}).map((name) =>
        name.replace(/^@types\//, ''),
      ),
      sources: files.map((path) => sourceFile(path)),
    };
  });
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
  return { path, text, imports };
}
