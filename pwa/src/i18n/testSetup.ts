import { loadTexts } from './index';

// Component tests see every page's texts, as the router would have loaded them.
await loadTexts('codes', 'login', 'shell', 'cadre', 'supervisor');
