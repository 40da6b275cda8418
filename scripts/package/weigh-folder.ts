import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Weight {
  /** Packages that were installed: `a`, `@b/c`, and those in a `node_modules` of their own. */
  readonly packages: number;
  /** Sum of the sizes of all files; links count as themselves. */
  readonly bytes: number;
}

/** @param folder a `node_modules` */
export function weighFolder(folder: string): Weight {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.isDirectory(),
  );
  const isInstalled = (path: string): boolean =>
    /(?:^|[\\/])node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/@]+[\\/]package\.json$/.test(path);
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return {
    packages: new Set(paths.filter(isInstalled).map((path) => dirname(path))).size,
    bytes: paths.reduce((sum, path) => sum + lstatSync(path).size, 0),
  };
}
