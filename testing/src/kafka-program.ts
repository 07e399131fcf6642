import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MadeProgram, madeFolder, makingStep } from './made-program.ts';

const CENTRAL = 'https://repo1.maven.org/maven2';
/** A line a jar: group, artifact, version, SHA-256. What `kafka_2.13` needs to run, without what it needs to be built. */
const JARS = join(import.meta.dirname, 'kafka-jars.txt');

/** Kafka from its Maven artifacts: no distribution, no scripts. */
export const KAFKA: MadeProgram = {
  name: 'kafka',
  version: '4.1.2',
  make(folder) {
    const jars = readFileSync(JARS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string, string, string]);
    const urls = jars.map(
      ([group, artifact, version]) =>
        `${CENTRAL}/${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`,
    );
    makingStep(['curl', '-fsS', '--retry', '3', '--parallel', '--remote-name-all', ...urls], { cwd: folder });
    for (const [, artifact, version, sum] of jars) {
      const name = `${artifact}-${version}.jar`;
      const found = hash('sha256', readFileSync(join(folder, name)));
      if (found !== sum) throw new Error(`${name} has the SHA-256 ${found} and not ${sum}`);
    }
  },
};

/** `java` with what a small broker needs, up to the name of the class. */
export function kafkaCommand(): readonly [string, ...string[]] {
  const heap = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  return ['java', ...heap, '-cp', join(madeFolder(KAFKA), '*')];
}
