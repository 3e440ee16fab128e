export default {
  files: ['build/test/**/*.test.js', 'build/editors/vscode/test/unit/**/*.test.js'],
  timeout: '2m',
  workerThreads: false,
  concurrency: 2,
};
