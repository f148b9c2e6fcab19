"""The JSON of the REST API, with the fields that clients read and PyGithub needs to find its way."""

from __future__ import annotations

from github_diff import FileDiff
from github_state import Pull, Repository
from github_values import GHOST, IssueComment, Review, ReviewComment, User, node_id
from provider_formats import Json, Object


def user(one: User) -> Object:
    return {"login": one.login, "id": one.id, "node_id": node_id("U", one.id), "type": one.kind, "site_admin": False}


def _writer(one: User) -> Object | None:
    return None if one.login == GHOST else user(one)


def repository(repo: Repository, api: str) -> Object:
    owner, _, name = repo.name.partition("/")
    return {
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": name,
        "full_name": repo.name,
        "owner": user(repo.world.user(owner)),
        "private": repo.private,
        "archived": repo.archived,
        "fork": False,
        "default_branch": repo.default_branch,
        "url": f"{api}/repos/{repo.name}",
        "html_url": f"{_site(api)}/{repo.name}",
        "clone_url": f"{_site(api)}/{repo.name}.git",
    }


def _site(api: str) -> str:
    return api.removesuffix("/api/v3")


def pull(one: Pull, api: str) -> Object:
    repo, url = one.repo, f"{api}/repos/{one.repo.name}/pulls/{one.number}"
    files = one.diff().files
    labels: list[Json] = [{"id": index, "name": name, "color": "ededed"} for index, name in enumerate(one.labels, 1)]
    owner = repo.name.partition("/")[0]
    fork = (one.head_repo or "").partition("/")[0]
    head_repo: Object | None = repository(repo, api)
    if one.head_repo is None:
        head_repo = None
    elif one.head_repo != repo.name:
        head_repo = {"id": repo.id + 500_000_000, "full_name": one.head_repo, "fork": True, "private": False}
        head_repo |= {"name": one.head_repo.partition("/")[2], "owner": user(repo.world.user(fork))}
        head_repo |= {"url": f"{api}/repos/{one.head_repo}"}
    return {
        "id": one.id,
        "node_id": node_id("PR", one.id),
        "number": one.number,
        "state": one.state,
        "locked": False,
        "draft": one.draft,
        "merged": one.merged,
        "title": one.title,
        "body": one.body or None,
        "user": user(one.author),
        "author_association": one.author_association,
        "labels": labels,
        "base": {
            "label": f"{owner}:{one.base_ref}",
            "ref": one.base_ref,
            "sha": one.base_sha,
            "user": user(repo.world.user(owner)),
            "repo": repository(repo, api),
        },
        "head": {
            "label": f"{fork or 'unknown repository'}:{one.head_ref}",
            "ref": one.head_ref,
            "sha": one.head_sha,
            "user": user(repo.world.user(fork)) if fork else None,
            "repo": head_repo,
        },
        "comments": len(one.issue_comments),
        "review_comments": len(list(one.seen(None))),
        "commits": len(one.commits()),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "url": url,
        "html_url": f"{_site(api)}/{repo.name}/pull/{one.number}",
        "diff_url": f"{_site(api)}/{repo.name}/pull/{one.number}.diff",
        "issue_url": f"{api}/repos/{repo.name}/issues/{one.number}",
        "comments_url": f"{api}/repos/{repo.name}/issues/{one.number}/comments",
        "review_comments_url": f"{url}/comments",
        "commits_url": f"{url}/commits",
    }


def event(one: Pull, api: str, action: str) -> Object:
    """What a job finds at GITHUB_EVENT_PATH."""
    return {
        "action": action,
        "number": one.number,
        "pull_request": pull(one, api),
        "repository": repository(one.repo, api),
        "sender": user(one.author),
    }


def run_event(one: Pull, api: str) -> Object:
    """`workflow_run`, completed. `pull_requests` is empty for a fork's. [OpenAPI, webhook-workflow-run-completed]"""
    home: Object | None = {"full_name": one.head_repo} if one.head_repo is not None else None
    run: Object = {
        "id": 30433642,
        "event": "pull_request",
        "conclusion": "success",
        "head_sha": one.head_sha,
        "head_branch": one.head_ref,
        "head_repository": home,
        "pull_requests": [],
    }
    return {
        "action": "completed",
        "workflow_run": run,
        "repository": repository(one.repo, api),
        "sender": user(one.author),
    }


def changed_file(file: FileDiff, repo: Repository, api: str, head: str) -> Object:
    shape: Object = {
        "sha": file.blob,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "contents_url": f"{api}/repos/{repo.name}/contents/{file.path}?ref={head}",
    }
    if file.previous is not None:
        shape["previous_filename"] = file.previous
    if file.patch is not None:
        shape["patch"] = file.patch
    return shape


def issue_comment(one: IssueComment, on: Pull, api: str) -> Object:
    return {
        "id": one.id,
        "node_id": node_id("IC", one.id),
        "user": _writer(one.user),
        "body": one.body,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "author_association": _association(one.user, on),
        "url": f"{api}/repos/{on.repo.name}/issues/comments/{one.id}",
        "html_url": f"{_site(api)}/{on.repo.name}/pull/{on.number}#issuecomment-{one.id}",
        "issue_url": f"{api}/repos/{on.repo.name}/issues/{on.number}",
    }


def review(one: Review, on: Pull, api: str) -> Object:
    shape: Object = {
        "id": one.id,
        "node_id": node_id("PRR", one.id),
        "user": _writer(one.user),
        "body": one.body,
        "state": one.state,
        "commit_id": one.commit_id,
        "author_association": _association(one.user, on),
        "html_url": f"{_site(api)}/{on.repo.name}/pull/{on.number}#pullrequestreview-{one.id}",
        "pull_request_url": f"{api}/repos/{on.repo.name}/pulls/{on.number}",
    }
    if one.submitted_at is not None:
        shape["submitted_at"] = one.submitted_at
    return shape


def review_comment(one: ReviewComment, on: Pull, api: str) -> Object:
    shape: Object = {
        "id": one.id,
        "node_id": node_id("PRRC", one.id),
        "pull_request_review_id": one.review_id,
        "user": user(one.user),
        "body": one.body,
        "path": one.path,
        "diff_hunk": one.diff_hunk,
        "side": one.side,
        "line": one.line,
        "original_line": one.original_line,
        "start_line": one.start_line,
        "original_start_line": one.original_start_line,
        "start_side": one.start_side,
        "commit_id": one.commit_id,
        "original_commit_id": one.original_commit_id,
        "subject_type": "file" if one.original_line is None else "line",
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "author_association": _association(one.user, on),
        "url": f"{api}/repos/{on.repo.name}/pulls/comments/{one.id}",
        "html_url": f"{_site(api)}/{on.repo.name}/pull/{on.number}#discussion_r{one.id}",
        "pull_request_url": f"{api}/repos/{on.repo.name}/pulls/{on.number}",
    }
    if one.in_reply_to is not None:
        shape["in_reply_to_id"] = one.in_reply_to
    return shape


def _association(one: User, on: Pull) -> str:
    if one.login == on.author.login:
        return on.author_association
    return "COLLABORATOR" if one.login in on.repo.collaborators else "NONE"
