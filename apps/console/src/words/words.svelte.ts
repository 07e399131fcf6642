import { chinese } from './chinese.ts';
import { english, type Words } from './english.ts';

export const LANGUAGES = { en: english, zh: chinese } as const;
export type Language = keyof typeof LANGUAGES;

const STORED = 'aegis.language';

/** The language of the page: what was chosen, or else what the browser asks for. */
class Speech {
  language: Language = $state(firstLanguage());
  readonly words: Words = $derived(LANGUAGES[this.language]);

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(STORED, language);
  }
}

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(STORED) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const language = tag.slice(0, 2);
    if (language === 'en' || language === 'zh') return language;
  }
  return 'en';
}

export const speech: Speech = new Speech();
