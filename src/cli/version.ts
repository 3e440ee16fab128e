/** Of the documents and exit statuses (design 7): a new number only when the meaning of something old changes. */
export const CONTRACT_VERSION = 1;
export { packageVersion } from '../home/packageVersion.js';
