function Connect-HcsContainer {
    <#
    .SYNOPSIS
    Follows a program that runs (attach): its output as lines, as they come; strings from the pipeline are lines of its input.
    .DESCRIPTION
    Begins with what the program writes from now on (-Replay: with all of it), and ends with the program, whose code is in $LASTEXITCODE
    then. Stopping the pipeline leaves the program alone, and its input open. Lines go to a program that was started with -Interactive.
    .PARAMETER Id
    Id of the container.
    .PARAMETER InputObject
    With an id that is given: strings from the pipeline are lines of the program's stdin, which ends after the last one. Without: a container.
    .PARAMETER ExecId
    An exec instead of the first process.
    .PARAMETER KeepStdin
    After the last line leave, and leave the program's stdin open for the next one; what it answers is in its log.
    .PARAMETER Follow
    With -KeepStdin: go on after the last line, for the answers, until the program ends or the pipeline stops.
    .PARAMETER Replay
    First what it wrote before, as far as its log goes back.
    .PARAMETER Timeout
    How long to go on: seconds, or a text such as 500ms or 2m. An error of id timeout after that; the program runs on.
    .EXAMPLE
    Invoke-HcsContainer -Detach -Interactive -Id shell cmd | Out-Null; 'ver', 'exit 3' | Connect-HcsContainer shell; $LASTEXITCODE

    Sends two lines to a program that runs, and returns what it writes until it ends. $LASTEXITCODE is its code.
    .EXAMPLE
    'reload' | Connect-HcsContainer web -KeepStdin

    Sends one line, and leaves. The program's input stays open.
    .EXAMPLE
    'status' | Connect-HcsContainer web -KeepStdin -Follow -Timeout 10 | Select-Object -First 1

    Sends one line, and waits for the answer. The program's input stays open.
    .EXAMPLE
    Connect-HcsContainer web -Replay | Select-String error

    Watches for a word in what it wrote and will write, until it ends.
    .OUTPUTS
    System.String
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string] $Id,
        [Parameter(ValueFromPipeline = $true)]
        [object] $InputObject,
        [string] $ExecId,
        [switch] $KeepStdin,
        [switch] $Follow,
        [switch] $Replay,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    begin {
        # Containers of a pipeline bring their ids later.
        $takesLines = $PSBoundParameters.ContainsKey('Id') -and $MyInvocation.ExpectingInput
        $lines = New-Object -TypeName System.Collections.Generic.List[object]
        $strange = $false
        $text = $null
        $options = Get-HcsTimeoutOption -Timeout $Timeout
        if ($ExecId) { $options += '--exec-id', $ExecId }
        if ($Replay) { $options += '--replay' }
        if ($KeepStdin) { $options += '--keep-stdin' }
        $run = {
            try {
                Invoke-HcsProgram -Verb 'attach' -Option $options -Word '--', $Id -InputText $text -Interactive:($null -ne $text) -HoldInput:($KeepStdin -and $Follow) -Caller $PSCmdlet -Target $Id
            } catch [System.Management.Automation.PipelineStoppedException] {
                throw
            } catch {
                Write-HcsError -Caller $PSCmdlet -Record $_
            }
        }
    }
    process {
        if ($takesLines) {
            if (Add-HcsInput -Line $lines -Value $InputObject) { $strange = $true }
        } elseif ($KeepStdin) {
            Write-HcsError -Caller $PSCmdlet -Record (New-HcsErrorRecord -Code 'invalidRequest' -Message '-KeepStdin is about lines from the pipeline, and there are none' -Hint "for example: 'reload' | Connect-HcsContainer $Id -KeepStdin" -Target $Id)
        } else {
            . $run
        }
    }
    end {
        if (-not $takesLines) { return }
        if ($strange) { Write-Warning -Message $script:HcsObjectsAreText }
        $text = ''
        if ($lines.Count -gt 0) { $text = Join-HcsInput -Line $lines }
        . $run
    }
}
