const STORED = 'aegis.theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Light or dark: what was chosen, or what the system says. */
class Appearance {
  theme: Theme = $state(THEMES.find((each) => each === localStorage.getItem(STORED)) ?? 'system');

  choose(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(STORED, theme);
  }
}

export const appearance: Appearance = new Appearance();
