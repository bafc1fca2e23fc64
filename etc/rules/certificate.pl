% A certificate that ends within three weeks, one alert for each. (certificate/4 is told by the indicator `certificate`;
% what it says of one that has ended is its own affair.)

alert(H, concat('CERTIFICATE ', Name), concat(Name, ' in ', Where, ' ends ', Until)) :-
    certificate(H, Where, Name, Until), Until < ago(days(-21)), Until > ago(days(0)).
