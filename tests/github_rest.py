"""The endpoints of the REST API: one function each, and `ENDPOINTS`, which says where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import github_objects
import github_rules as rules
import github_shapes as shapes
from github_call import Call, paged, whole
from github_diff import Diff, commit, commits, diff, merge_base
from github_rules import RefusedError, not_found
from github_state import Pull
from github_values import IssueComment, Response, Review, ReviewComment
from provider_formats import Object

MAX_LISTED_FILES = 3000
MAX_DIFF_FILES = 300
MAX_DIFF_LINES = 20_000
MAX_DIFF_BYTES = 1_000_000
COMPARE_COMMITS = 250
_Any = TypeVar("_Any")
_Said = TypeVar("_Said", IssueComment, ReviewComment)
DIFF_MEDIA = ("application/vnd.github.diff", "application/vnd.github.v3.diff")


def _listed(call: Call, items: Sequence[_Any], shape: Callable[[_Any, Pull, str], Object]) -> Response:
    page, links = paged(call, items)
    return Response.of([shape(item, call.pull, call.api) for item in page], headers=links)


def _ordered(call: Call, items: Sequence[_Said]) -> list[_Said]:
    since, by = call.query.get("since", ""), call.query.get("sort", "created")
    kept = [item for item in items if item.updated_at >= since]
    kept.sort(key=lambda item: (item.updated_at if by == "updated" else item.created_at, item.id))
    return kept[::-1] if call.query.get("direction") == "desc" else kept


# ---------------------------------------------------------------- reading


def get_repository(call: Call) -> Response:
    return Response.of(shapes.repository(call.repo, call.api))


def get_pull(call: Call) -> Response:
    if any(media in call.accept for media in DIFF_MEDIA):
        return _diff_text(call.pull.diff())
    return Response.of(shapes.pull(call.pull, call.api))


def _diff_text(change: Diff) -> Response:
    problem = None
    if len(change.files) > MAX_DIFF_FILES:
        problem = (
            f"files ({MAX_DIFF_FILES}). Consider using 'List pull requests files' API or "
            "locally cloning the repository instead."
        )
    elif change.text.count(b"\n") > MAX_DIFF_LINES:
        problem = f"lines ({MAX_DIFF_LINES})"
    elif len(change.text) > MAX_DIFF_BYTES:
        problem = f"bytes ({MAX_DIFF_BYTES})"  # the exact words are not known
    if problem is not None:
        error: Object = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
        raise RefusedError(406, f"Sorry, the diff exceeded the maximum number of {problem}", errors=[error])
    return Response(body=change.text, content_type="application/vnd.github.diff; charset=utf-8")


def get_files(call: Call) -> Response:
    pull = call.pull
    page, links = paged(call, pull.diff().files[:MAX_LISTED_FILES])
    return Response.of([shapes.changed_file(file, pull.repo, call.api, pull.head_sha) for file in page], headers=links)


def get_compare(call: Call) -> Response:
    repo, names = call.repo, call.params["basehead"].split("...")
    if len(names) != 2:
        raise not_found()
    base, head = (commit(repo.path, name) for name in names)
    if base is None or head is None:
        raise not_found()
    middle = merge_base(repo.path, base, head)
    if middle is None:
        raise RefusedError(404, f"No common ancestor between {names[0]} and {names[1]}.")
    change = diff(repo.path, middle, head)
    if any(media in call.accept for media in DIFF_MEDIA):
        return _diff_text(change)
    ahead, behind = commits(repo.path, base, head), commits(repo.path, head, base)
    page: Sequence[str] = ahead[:COMPARE_COMMITS]
    links = dict[str, str]()
    if "page" in call.query or "per_page" in call.query:
        page, links = paged(call, ahead)
    shown = change.files[:MAX_DIFF_FILES] if whole(call.query.get("page"), 1) == 1 else ()
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    value: Object = {
        "url": f"{call.api}/repos/{repo.name}/compare/{base}...{head}",
        "base_commit": {"sha": base},
        "merge_base_commit": {"sha": middle},
        "status": status.get((bool(ahead), bool(behind)), "identical"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [{"sha": sha} for sha in page],
        "files": [shapes.changed_file(file, repo, call.api, head) for file in shown],
    }
    return Response.of(value, headers=links)


def get_reviews(call: Call) -> Response:
    pull = call.pull
    seen = [one for one in pull.reviews if one.id not in pull.pending or one.user.login == call.login]
    return _listed(call, seen, shapes.review)


def get_review_comments(call: Call) -> Response:
    pull = call.pull
    submitted = [comment for comment in pull.comments if comment.review_id not in pull.pending]
    return _listed(call, _ordered(call, submitted), shapes.review_comment)


def get_issue_comments(call: Call) -> Response:
    return _listed(call, _ordered(call, call.pull.issue_comments), shapes.issue_comment)


def get_permission(call: Call) -> Response:
    """The old word for the role, and the role itself."""
    repo, user = call.repo, call.site.world.known(call.params["login"])
    if call.token is None:
        raise RefusedError(401, "Requires authentication")
    if user is None:
        raise RefusedError(404, f"{call.params['login']} is not a user")
    role = repo.role(user.login)
    word = {"maintain": "write", "triage": "read"}.get(role, role)
    return Response.of({"permission": word, "role_name": role, "user": shapes.user(user)})


def get_user(call: Call) -> Response:
    if call.token is None:
        raise RefusedError(401, "Requires authentication")
    if call.token.app:
        raise RefusedError(403, "Resource not accessible by integration")
    return Response.of(shapes.user(call.site.world.user(call.token.login)))


def get_rate_limit(call: Call) -> Response:
    rate = call.site.rate
    core: Object = {"limit": rate.limit, "used": rate.used, "remaining": rate.remaining, "reset": rate.reset}
    return Response.of({"resources": {"core": core, "graphql": core, "search": core}, "rate": core})


# ---------------------------------------------------------------- writing


def post_review(call: Call) -> Response:
    token, pull = call.may_write("pull_requests"), call.pull
    new = rules.check_review(pull, token, call.payload)
    review = pull.review(token.login, new.body, state=new.state, comments=new.comments, commit_id=new.commit_id)
    return Response.of(shapes.review(review, pull, call.api))


def _review(call: Call) -> Review:
    """A pending review is there for its author alone."""
    pull = call.pull
    review = next((one for one in pull.reviews if one.id == call.id), None)
    if review is None or (review.id in pull.pending and review.user.login != call.login):
        raise not_found()
    return review


def put_review(call: Call) -> Response:
    token, review = call.may_write("pull_requests"), _review(call)
    rules.check_author(token, review, call.repo)
    review.body = rules.check_review_body(call.payload)
    return Response.of(shapes.review(review, call.pull, call.api))


def delete_review(call: Call) -> Response:
    call.may_write("pull_requests")
    pull, review = call.pull, _review(call)
    if review.id not in pull.pending:
        raise rules.unprocessable("Can not delete a non-pending pull request review")
    pull.reviews.remove(review)
    pull.comments[:] = [comment for comment in pull.comments if comment.review_id != review.id]
    return Response.of(shapes.review(review, pull, call.api))


def post_reply(call: Call) -> Response:
    token, pull = call.may_write("pull_requests"), call.pull
    body = rules.check_reply(pull, token, call.id, call.payload)
    reply = pull.reply(token.login, call.id, body)
    return Response.of(shapes.review_comment(reply, pull, call.api), status=201)


def _own_review_comment(call: Call) -> tuple[Pull, ReviewComment]:
    """The comment on a line that a request is about, and that its token may change."""
    token = call.may_write("pull_requests")
    for pull in call.repo.pulls.values():
        for comment in pull.seen(token.login):
            if comment.id == call.id:
                rules.check_author(token, comment, call.repo)
                return pull, comment
    raise not_found()


def _own_issue_comment(call: Call) -> tuple[Pull, IssueComment]:
    """The same for a comment on the whole."""
    token = call.may_write("issues", "pull_requests")
    for pull in call.repo.pulls.values():
        for comment in pull.issue_comments:
            if comment.id == call.id:
                rules.check_author(token, comment, call.repo)
                return pull, comment
    raise not_found()


def patch_review_comment(call: Call) -> Response:
    pull, comment = _own_review_comment(call)
    comment.body = rules.comment_body(call.payload, "PullRequestReviewComment")
    comment.updated_at = call.site.world.now()
    return Response.of(shapes.review_comment(comment, pull, call.api))


def delete_review_comment(call: Call) -> Response:
    pull, comment = _own_review_comment(call)
    pull.comments.remove(comment)
    return Response(status=204, body=b"")


def post_issue_comment(call: Call) -> Response:
    token, pull = call.may_write("issues", "pull_requests"), call.pull
    comment = pull.comment(token.login, rules.comment_body(call.payload, "IssueComment"))
    return Response.of(shapes.issue_comment(comment, pull, call.api), status=201)


def patch_issue_comment(call: Call) -> Response:
    pull, comment = _own_issue_comment(call)
    comment.body = rules.comment_body(call.payload, "IssueComment")
    comment.updated_at = call.site.world.now()
    return Response.of(shapes.issue_comment(comment, pull, call.api))


def delete_issue_comment(call: Call) -> Response:
    pull, comment = _own_issue_comment(call)
    pull.issue_comments.remove(comment)
    return Response(status=204, body=b"")


def get_check_runs(call: Call) -> Response:
    name, sha = call.query.get("check_name"), call.params["ref"]
    runs = [run for run in call.repo.check_runs if run["head_sha"] == sha and name in (None, run["name"])]
    page, links = paged(call, runs)
    return Response.of({"total_count": len(runs), "check_runs": [*page]}, headers=links)


def post_check_run(call: Call) -> Response:
    token, repo, payload = call.may_write("checks"), call.repo, call.payload
    rules.check_check_run(token, payload)
    if commit(repo.path, str(payload["head_sha"])) is None:
        raise RefusedError(422, f"No commit found for SHA: {payload['head_sha']}")
    run: Object = {**payload, "id": call.site.world.next_id()}
    repo.check_runs.append(run)
    return Response.of(run, status=201)


_REPO = "/repos/{owner}/{repo}"
Endpoint = Callable[[Call], Response]
ENDPOINTS: Mapping[str, Endpoint] = {
    f"GET {_REPO}": get_repository,
    f"GET {_REPO}/pulls/{{number}}": get_pull,
    f"GET {_REPO}/pulls/{{number}}/files": get_files,
    f"GET {_REPO}/compare/{{basehead}}": get_compare,
    f"GET {_REPO}/git/trees/{{sha}}": github_objects.get_tree,
    f"GET {_REPO}/git/blobs/{{sha}}": github_objects.get_blob,
    f"GET {_REPO}/contents/{{path}}": github_objects.get_contents,
    f"GET {_REPO}/pulls/{{number}}/reviews": get_reviews,
    f"POST {_REPO}/pulls/{{number}}/reviews": post_review,
    f"PUT {_REPO}/pulls/{{number}}/reviews/{{id}}": put_review,
    f"DELETE {_REPO}/pulls/{{number}}/reviews/{{id}}": delete_review,
    f"GET {_REPO}/pulls/{{number}}/comments": get_review_comments,
    f"POST {_REPO}/pulls/{{number}}/comments/{{id}}/replies": post_reply,
    f"PATCH {_REPO}/pulls/comments/{{id}}": patch_review_comment,
    f"DELETE {_REPO}/pulls/comments/{{id}}": delete_review_comment,
    f"GET {_REPO}/issues/{{number}}/comments": get_issue_comments,
    f"POST {_REPO}/issues/{{number}}/comments": post_issue_comment,
    f"PATCH {_REPO}/issues/comments/{{id}}": patch_issue_comment,
    f"DELETE {_REPO}/issues/comments/{{id}}": delete_issue_comment,
    f"GET {_REPO}/collaborators/{{login}}/permission": get_permission,
    f"POST {_REPO}/check-runs": post_check_run,
    f"GET {_REPO}/commits/{{ref}}/check-runs": get_check_runs,
    "GET /user": get_user,
    "GET /rate_limit": get_rate_limit,
}
_PLACES = {"number": "[0-9]{1,18}", "id": "[0-9]{1,18}", "basehead": ".+", "path": ".+"}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>{_PLACES.get(found[1], '[^/]+')})", template))


_PATTERNS = {template: _pattern(template) for template in ENDPOINTS}


def find(method: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """The template of a request, and what its places hold."""
    for template, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(f"{method} {path}"):
            return template, found.groupdict()
    return None
