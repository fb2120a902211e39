RELEASE verb;
