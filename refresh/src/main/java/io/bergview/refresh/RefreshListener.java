package io.bergview.refresh;

/**
 * Listens to the refreshes of one request, on the refreshing thread: slow work must be done
 * elsewhere. After each {@link #began} comes one {@link #done} or {@link #failed} of that view, at
 * the latest when the request ends.
 */
public interface RefreshListener {
  /** No listener. */
  RefreshListener NONE =
      new RefreshListener() {
        @Override
        public void began(String view) {}

        @Override
        public void done(RefreshResult result) {}

        @Override
        public void failed(String view, Throwable error) {}
      };

  void began(String view);

  /** It succeeded; that may mean that there was nothing to do. */
  void done(RefreshResult result);

  /** The view is as it was. */
  void failed(String view, Throwable error);
}
