// By the main entry, the copy of the module is a chunk, which Vite would warn of.

export default { build: { chunkSizeWarningLimit: 4000 } };
