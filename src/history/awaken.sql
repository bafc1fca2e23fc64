-- What subjects are judged by may have changed: the next rounds look at all of them.
UPDATE regard SET wake = 0;
