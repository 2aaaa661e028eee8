/**
 * Which modules share a file. Few files compress better and are stored sooner on a slow line than
 * many small ones: what the first page needs, what an open account needs, and one per role.
 */
interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}
interface Group {
  name: string | ((id: string, graph: Graph) => string | null);
  debugName?: string;
  test?: RegExp;
  priority: number;
}

const ON_EVERY_PAGE = /\/src\/components\/(PageHead|EmptyState|ErrorNote|FieldError)/;

/** What every open account needs. */
const DATA =
  /\/src\/data\/(?!photos\/|carrying|sealing|settling|history)|\/sync\/|@noble\/(?!hashes\/(?:legacy|_u64|sha2\.js\?))/;
const UI =
  /\/src\/(components\/(?!photos\/\w*Photo|questionnaire)|pages\/parts\/(?!Held))|codes\.zh-CN/;

/** Everything the entry imports statically, itself included. */
function startModules(entry: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const todo = [entry];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** The groups for an app that starts at the module `entry`. */
export function chunkGroups(entry: string): Group[] {
  let start: Set<string> | undefined;
  const app: Group['name'] = (id, graph) => {
    start ??= startModules(entry, graph);
    return start.has(id) || ON_EVERY_PAGE.test(id) ? 'app' : null;
  };
  return [
    { name: app, debugName: 'app', priority: 9 },
    {
      name: 'survey',
      test: /\/src\/(xforms|components\/questionnaire)\/|questionnaire\.zh-CN|HarnessPage|@noble\/hashes\/(?:legacy|_u64|sha2\.js\?)/,
      priority: 5.5,
    },
    { name: 'surveysender', test: /\/src\/data\/surveys\/(sender|store)/, priority: 8 },
    { name: 'surveyseal', test: /\/src\/data\/surveys\/seal|node_modules\/hpke/, priority: 8 },
    {
      name: 'surveypages',
      test: /\/src\/(data\/surveys\/|pages\/(Survey|Resident|surveys\/))|surveys\.zh-CN/,
      priority: 7.5,
    },
    {
      name: (id) => (DATA.test(id) || UI.test(id) ? 'work' : null),
      debugName: 'work',
      priority: 6,
    },
    {
      name: 'photos',
      test: /\/src\/(data\/photos|components\/photos\/\w*Photo)|photos\.zh-CN|tus-js-client/,
      priority: 5,
    },
    {
      name: 'login',
      test: /\/src\/(pages\/(LoginPage|me\/PasswordField)|components\/OfflineHint)|login\.zh-CN/,
      priority: 7,
    },
    {
      name: 'me',
      test: /\/src\/pages\/(Me|Sync|NotFound|me\/(?!Quarantined|resend|CheckData|StorageCard|clock|Clock|HistoryLists))|shell\.zh-CN/,
      priority: 4,
    },
    // Loaded when a person asks for it; what pages need, too, stands in their files above.
    {
      name: 'settle',
      test: /\/src\/(data\/(carrying|sealing|settling|history)|pages\/(Conflicts|Handovers|carry\/|conflicts\/|handovers\/|history\/|households\/Move|review\/(Quarantine|Held)|organisation\/[Dd]evices|me\/(Quarantined|resend|CheckData|StorageCard|clock|Clock|HistoryLists)|parts\/HeldWords))|settle\.zh-CN/,
      priority: 2.5,
    },
    {
      name: 'authoring',
      test: /\/src\/pages\/(Forms|Builder|authoring\/)|authoring\.zh-CN/,
      priority: 2.6,
    },
    {
      name: 'rounds',
      test: /\/src\/pages\/(Round|rounds\/)|rounds\.zh-CN|node_modules\/uqr/,
      priority: 2.7,
    },
    {
      name: 'supervisor',
      test: /\/src\/pages\/(Review|review(?!\/(?:Quarantine|Held))|Organisation|organisation\/(?![Dd]evices))|supervisor\.zh-CN/,
      priority: 3,
    },
    { name: 'cadre', test: /\/src\/pages\/|cadre\.zh-CN/, priority: 2 },
  ];
}
