$sorted = 'b', 'a', 'ü' | Invoke-HcsContainer -Remove sort
Assert-Equal @($sorted)[0] 'a'
Assert-Equal @($sorted).Count 3
