import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type UserConfig } from 'vite';

const config: UserConfig = defineConfig({
  // Relative, for a node behind a proxy that adds a prefix.
  base: './',
  build: {
    target: 'es2023',
    // Nothing inline: the page's policy allows its own files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [
    svelte({
      configFile: false,
      compilerOptions: {
        // Built by createElement, never by markup made of text: Trusted Types forbid that here.
        fragments: 'tree',
        runes: true,
      },
    }),
  ],
});

export default config;
