function Get-HcsCompletion {
    <#
    .SYNOPSIS
    What hcs complete offers: for ids and networks it asks an engine that runs, gives up after 50 ms, and starts none. An empty text when that is nothing.
    #>
    param(
        [string[]] $Word,
        [string] $Current,
        # Stands before each value of hcs, and not in PowerShell.
        [string] $Before = ''
    )

    $line = @('complete', '--lines')
    if ($Current -eq '') { $line += '--next', '--' } else { $line += '--' }
    $line += $Word
    if ($Current -ne '') { $line += $Current }
    $process = $null
    $found = @()
    try {
        $process = Start-HcsProcess -Argument $line
        $found = @($process.StandardOutput.ReadToEnd() -split "`r?`n" | Where-Object { $_ -match '^[^\t]' } | ForEach-Object {
            $value, $tooltip, $null = $_ -split "`t"
            $value = $value.Substring($Before.Length)
            $text = $value
            if ($text -match '[\s''"(){}$;,&|@#`]') { $text = "'" + ($text -replace "'", "''") + "'" }
            New-Object -TypeName System.Management.Automation.CompletionResult -ArgumentList $text, $value, 'ParameterValue', $tooltip
        })
    } catch {
        # A completer that fails offers nothing.
        Write-Debug -Message $_.Exception.Message
    } finally {
        Stop-HcsProcess -Process $process
    }
    # An id is no file: an empty text keeps PowerShell from offering files, as it does when a completer says nothing. There is no other way
    # to say so; before PowerShell#27398 it is an exception of TabExpansion2, which PSReadLine swallows.
    if ($found.Count -eq 0) { '' } else { $found }
}

function Register-HcsCompleter {
    $verbs = @{
        'Get-HcsContainer' = 'state'; 'Start-HcsContainer' = 'start'; 'Stop-HcsContainer' = 'stop'; 'Remove-HcsContainer' = 'delete'
        'Suspend-HcsContainer' = 'pause'; 'Resume-HcsContainer' = 'resume'; 'Wait-HcsContainer' = 'wait'; 'Invoke-HcsCommand' = 'exec'
        'Get-HcsLog' = 'logs'; 'Measure-HcsContainer' = 'stats'; 'Get-HcsProcess' = 'top'; 'Get-HcsEvent' = 'state'
        'Connect-HcsContainer' = 'attach'
    }
    foreach ($pair in $verbs.GetEnumerator()) {
        $verb = $pair.Value
        # A closure is a module of its own: it takes ours along to reach what is private in it.
        $module = $MyInvocation.MyCommand.Module
        $completer = {
            param($commandName, $parameterName, $wordToComplete)
            & $module { param($word, $current) Get-HcsCompletion -Word $word -Current $current } $verb $wordToComplete
        }.GetNewClosure()
        Register-ArgumentCompleter -CommandName $pair.Key -ParameterName Id -ScriptBlock $completer
    }
    $module = $MyInvocation.MyCommand.Module
    $makers = 'New-HcsContainer', 'Invoke-HcsContainer'
    # Networks, and folders alone.
    $option = {
        param($commandName, $parameterName, $wordToComplete)
        & $module { param($name, $current) Get-HcsCompletion -Word 'run', "--$name" -Current $current } $parameterName.ToLowerInvariant() $wordToComplete
    }.GetNewClosure()
    foreach ($name in 'Network', 'Layer', 'Bundle') { Register-ArgumentCompleter -CommandName $makers -ParameterName $name -ScriptBlock $option }
    # Labels that there are; Get-HcsContainer alone looks for them.
    $label = {
        param($commandName, $parameterName, $wordToComplete)
        & $module { param($current) Get-HcsCompletion -Word 'list', '--filter' -Current "label=$current" -Before 'label=' } $wordToComplete
    }.GetNewClosure()
    # An exec is one of the container that is named already.
    $exec = {
        param($commandName, $parameterName, $wordToComplete, $commandAst, $bound)
        if (-not $bound.ContainsKey('Id')) { return '' }
        & $module { param($id, $current) Get-HcsCompletion -Word 'logs', $id, '--exec-id' -Current $current } ([string] @($bound['Id'])[0]) $wordToComplete
    }.GetNewClosure()
    Register-ArgumentCompleter -CommandName 'Get-HcsLog', 'Connect-HcsContainer', 'Wait-HcsContainer' -ParameterName ExecId -ScriptBlock $exec
    # Texts that nobody can offer, and no files either.
    $texts = 'User', 'HostName', 'Owner', 'Cpus', 'Memory', 'WorkingDirectory', 'Timeout', 'MaxTime', 'GracePeriod', 'Interval', 'Tail', 'Since', 'After', 'MaxEvents', 'Label'
    $others = 'Get-HcsPlan', 'Get-HcsHost'
    foreach ($text in $texts) { Register-ArgumentCompleter -CommandName ($makers + $others + $verbs.Keys) -ParameterName $text -ScriptBlock { '' } }
    Register-ArgumentCompleter -CommandName 'Get-HcsContainer' -ParameterName Label -ScriptBlock $label
    Register-ArgumentCompleter -CommandName ($makers + 'Get-HcsPlan') -ParameterName Id -ScriptBlock { '' }
    Register-ArgumentCompleter -CommandName 'Invoke-HcsCommand' -ParameterName ExecId -ScriptBlock { '' }
}
