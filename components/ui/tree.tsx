import { Fragment, type ReactNode } from "react";

type TreeNode = { key: string; content: ReactNode; current?: boolean };

/** A chain from the leaf to its root, each inside the one that it hangs on. */
export function Tree({ label, nodes }: { label: string; nodes: readonly TreeNode[] }) {
  const [first, ...rest] = nodes;
  if (!first) return null;
  return (
    <ol aria-label={label}>
      <Branch node={first} rest={rest} depth={0} />
    </ol>
  );
}

function Branch({ node, rest, depth }: { node: TreeNode; rest: readonly TreeNode[]; depth: number }) {
  const [next, ...further] = rest;
  return (
    <li aria-current={node.current ? "true" : undefined}>
      <div className="flex items-start gap-2 py-1.5">
        {depth > 0 ? (
          <svg viewBox="0 0 14 20" className="-mt-2 h-5 w-3.5 shrink-0 text-line-strong" fill="none" aria-hidden="true">
            <path d="M2 0v12.5a4 4 0 0 0 4 4h7" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        ) : null}
        <div className={node.current ? "min-w-0 font-medium" : "min-w-0"}>{node.content}</div>
      </div>
      {next ? (
        // A deep chain stops moving right, so that it still fits a narrow screen.
        <ol className={depth < 6 ? "pl-3" : undefined}>
          <Fragment key={next.key}>
            <Branch node={next} rest={further} depth={depth + 1} />
          </Fragment>
        </ol>
      ) : null}
    </li>
  );
}
