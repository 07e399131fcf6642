import { detectFormat, logEvents, type ReaderFormat, type ReadLogEvents } from '@aegis/analyze';
import type { Clock, Logger } from '@aegis/model';
import type { ScenarioEye } from './scenario-eye.ts';

export interface TailEventsOptions {
  readonly format: ReaderFormat | 'auto';
  readonly eye: Pick<ScenarioEye, 'observe'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Lines from which the format is told, at most; until then none is lost. */
const SAMPLE = 20;

/** What to do with each line of a followed log: the format is told from the first ones, then each is shown to the eye. */
export function tailEvents({ format, eye, clock, logger }: TailEventsOptions): (line: string) => void {
  let read: ReadLogEvents | undefined = format === 'auto' ? undefined : logEvents(format);
  let sample: string[] = [];
  const show = (line: string, reader: ReadLogEvents): void => {
    const events = reader(line, clock.now());
    if (events.ok) for (const event of events.value) eye.observe(event);
  };
  return (line) => {
    if (read !== undefined) {
      show(line, read);
      return;
    }
    sample.push(line);
    const found = detectFormat(sample);
    if (found.ok) {
      read = logEvents(found.value.format);
      for (const waiting of sample) show(waiting, read);
      sample = [];
    } else if (sample.length >= SAMPLE) {
      logger.warn(
        { error: found.error.message },
        'the format of the log cannot be told; name it with "format"',
      );
      sample = [];
    }
  };
}
