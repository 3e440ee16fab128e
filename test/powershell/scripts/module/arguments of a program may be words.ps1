$id = Start-TestContainer
try {
    Assert-Equal (Invoke-HcsCommand $id echo a b) 'a b'
    Assert-Equal (Invoke-HcsCommand $id sh '-c' 'echo $1' sh 'two words') 'two words'
    Assert-Equal (Invoke-HcsCommand $id echo 007 '' x -Capture).Stdout "007  x`n"
    Assert-Equal (Invoke-HcsContainer -Remove sh "-c" "echo hi") 'hi'
    Assert-Equal (Invoke-HcsContainer -Remove echo 1 --all) '1 --all'
    Assert-Equal (Invoke-HcsContainer -Remove -Command echo 1 2) '1 2'
    $new = New-HcsContainer echo made by words
    Start-HcsContainer $new.Id
    $null = Wait-HcsContainer $new.Id -Timeout 30
    Assert-Equal (Get-HcsLog $new.Id).Text 'made by words'
    Remove-HcsContainer $new.Id -Confirm:$false
    # With commas, all is as it stands, whatever it looks like; parameters may come after both.
    Assert-Equal (Invoke-HcsCommand $id echo, -Captrue, -c -Capture).Stdout "-Captrue -c`n"
    Assert-Equal (Invoke-HcsCommand $id 'echo', 'a,b' -Capture).Stdout "a,b`n"

    # A slip in a parameter does not go to the program.
    $slip = Assert-Fails { Invoke-HcsCommand $id echo a -Captrue } 'invalidRequest'
    Assert-Match "$slip" '^-Captrue is no parameter$'
    Assert-Match $slip.ErrorDetails.RecommendedAction "^did you mean -Capture\? .*: echo, '-Captrue'$"
    $null = Assert-Fails { Invoke-HcsContainer echo -Remvoe } 'invalidRequest'
    $null = Assert-Fails { New-HcsContainer sleep 1 -Memroy 512MB } 'invalidRequest'
    $null = Assert-Fails { New-HcsContainer sleep 1 -Memroy 512MB -DryRun } 'invalidRequest'
    foreach ($mixed in { Invoke-HcsCommand $id echo, a b }, { Invoke-HcsCommand $id echo, a -Captrue }, { Invoke-HcsCommand $id echo a b, c }) {
        Assert-Match (Assert-Fails $mixed 'invalidRequest').ErrorDetails.RecommendedAction 'all with commas between them'
    }
    Assert-Match (Assert-Fails { Invoke-HcsCommand $id echo -list:3 } 'invalidRequest').ErrorDetails.RecommendedAction "'-list:3'"
} finally {
    Remove-TestContainer $id
}
