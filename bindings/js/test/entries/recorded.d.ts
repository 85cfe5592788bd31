// The mails that Go recorded, as a module, which scripts/cases.js writes.

declare const recorded: readonly {
  name: string;
  language: string;
  public_url: string;
  default_app?: string;
  id: string;
  body: string;
  mail: { to: string; subject: string; text: string; html: string; headers: Record<string, string> };
}[];
export default recorded;
