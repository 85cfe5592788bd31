// How tests launch the browsers of Debian with Puppeteer, without a window.

/** Options of Puppeteer's launch, by the name of a browser. */
export const browsers = {
	chromium: {
		browser: "chrome",
		executablePath: "/usr/bin/chromium",
		args: [
			"--no-sandbox", // it refuses to be root with one
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
		headless: true,
	},
	firefox: { browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true },
};
